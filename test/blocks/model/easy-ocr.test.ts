import { expect, test } from "vitest";
import { easyOcrV1 } from "../../../src/blocks/model/easy-ocr.ts";
import { ppOcrV1 } from "../../../src/blocks/model/pp-ocr.ts";
import type { Detections } from "../../../src/kinds/detections.ts";
import { picture } from "../sink/open-sink.ts";
import { askBlock } from "./ask-block.ts";

const LINES = {
  corners: Float32Array.of(4, 4, 24, 4, 24, 12, 4, 12, 4, 16, 24, 16, 24, 24, 4, 24),
  scores: Float32Array.of(0.9, 0.8),
};
const READ = [
  { text: "EXIT", confidence: 0.6 },
  { text: "NOW", confidence: 0.5 },
];
const answer = ({ task }: { task: string }, item: number) => ({ reply: task === "ocr" ? (READ[item] ?? {}) : LINES });
const scoresOf = (outputs: Readonly<Record<string, unknown>>) =>
  (outputs["predictions"] as Detections).items.map(({ confidence }) => Math.round(confidence * 10) / 10);

test("a line of EasyOCR is as sure as what was read, and all of them are one text", async () => {
  const { outputs, asked } = await askBlock(easyOcrV1, { images: picture(32, 32), language: "Korean" }, answer);
  expect(outputs["result"]).toBe("EXIT NOW");
  expect(scoresOf(outputs)).toEqual([0.6, 0.5]);
  expect(asked.map(({ model }) => model)).toEqual(["easy_ocr/detection", "easy_ocr/korean"]);
});

test("a line of PaddleOCR is as sure as it was found", async () => {
  const { outputs } = await askBlock(ppOcrV1, { images: picture(32, 32) }, answer);
  expect(outputs["result"]).toBe("EXIT\nNOW");
  expect(scoresOf(outputs)).toEqual([0.9, 0.8]);
});
