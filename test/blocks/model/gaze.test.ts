import { expect, test } from "vitest";
import { gazeV1 } from "../../../src/blocks/model/gaze.ts";
import type { Detections } from "../../../src/kinds/detections.ts";
import type { Image } from "../../../src/kinds/image.ts";
import { picture } from "../sink/open-sink.ts";
import { askBlock } from "./ask-block.ts";

const images = picture(64, 32);
const rows = Float32Array.of(8.4, 4.6, 20.9, 20.2, 0.9, 0, 40, 8, 52, 24, 0.7, 0);
const points = Float32Array.of(10, 8, 1, 18, 8, 1, 42, 12, 1, 50, 12, 1);
const ANGLES = [
  { yaw: Math.PI / 6, pitch: 0 },
  { yaw: -Math.PI / 3, pitch: Math.PI / 4 },
];
const answer = ({ task }: { task: string }, item: number) => ({
  reply: task === "gaze" ? (ANGLES[item] ?? {}) : { rows, points },
});

test("every face is asked about by itself, and angles are in the order of the faces", async () => {
  const { outputs, asked } = await askBlock(gazeV1, { images }, answer);
  const degrees = (name: string) => (outputs[name] as number[]).map(Math.round);
  expect([degrees("yaw_degrees"), degrees("pitch_degrees")]).toEqual([
    [30, -60],
    [0, 45],
  ]);
  expect(asked.map(({ task, model }) => [task, model])).toEqual([
    ["keypoints", "gaze/face-detection"],
    ["gaze", "gaze/L2CS"],
  ]);
  const crops = asked[1]?.items as Image[];
  expect(crops.map(({ width, height, root }) => [root.offsetX, root.offsetY, width, height])).toEqual([
    [8, 4, 12, 16],
    [40, 8, 12, 16],
  ]);
});

test("faces have their points by number, each as sure as its face", async () => {
  const { outputs } = await askBlock(gazeV1, { images }, answer);
  const { items } = outputs["face_predictions"] as Detections;
  expect(items[1]).toMatchObject({
    class: "face",
    classId: 0,
    confidence: expect.closeTo(0.7),
    data: { prediction_type: "facial-landmark" },
    keypoints: [
      { x: 42, y: 12, class: "0", classId: 0, confidence: expect.closeTo(0.7) },
      { x: 50, y: 12, class: "1", classId: 1 },
    ],
  });
});

test("without looking for faces the image is one, and without faces nothing is asked", async () => {
  const whole = await askBlock(gazeV1, { images, do_run_face_detection: false }, answer);
  expect(whole.asked.map(({ task }) => task)).toEqual(["gaze"]);
  expect((whole.outputs["face_predictions"] as Detections).items).toMatchObject([
    { box: [0, 0, 64, 32], confidence: 1, keypoints: [] },
  ]);
  expect(whole.outputs["yaw_degrees"]).toHaveLength(1);
  const none = await askBlock(gazeV1, { images }, { reply: { rows: new Float32Array(), points: new Float32Array() } });
  expect(none.asked).toHaveLength(1);
  expect(none.outputs).toMatchObject({ yaw_degrees: [], pitch_degrees: [], face_predictions: { items: [] } });
});

test("a detector without points finds faces too", async () => {
  const { outputs, asked } = await askBlock(gazeV1, { images }, answer, ["detect", "gaze"]);
  expect(asked[0]?.task).toBe("detect");
  expect((outputs["face_predictions"] as Detections).items.map(({ keypoints }) => keypoints)).toEqual([[], []]);
});
