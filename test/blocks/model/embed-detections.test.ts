import { expect, test } from "vitest";
import { embedDetectionsV1 } from "../../../src/blocks/model/embed-detections.ts";
import type { Detections } from "../../../src/kinds/detections.ts";
import type { Image } from "../../../src/kinds/image.ts";
import { serialiseDetections } from "../../../src/kinds/serialise.ts";
import { picture } from "../sink/open-sink.ts";
import { detection, detections } from "../values.ts";
import { askBlock } from "./ask-block.ts";

const values = {
  image: picture(64, 48),
  predictions: detections([
    detection([4, 4, 24, 40]),
    detection([70, 4, 90, 40]),
    detection([30, 4, 60.4, 99], { confidence: 0.2 }),
  ]),
  model_id: "person-reid/1",
};
const reply = { vector: Float32Array.of(3, 4) };

test("each object in the picture is described by what the model says about its part of the picture", async () => {
  const { outputs, asked } = await askBlock(embedDetectionsV1, values, { reply });
  expect(asked).toMatchObject([{ task: "embed", model: "person-reid/1" }]);
  expect(asked[0]?.items.map((item) => [(item as Image).width, (item as Image).height])).toEqual([
    [20, 36],
    [30, 44],
  ]);
  const { items } = outputs["predictions"] as Detections;
  expect(items.map(({ embedding }) => embedding)).toEqual([reply.vector, undefined, reply.vector]);
});

test("objects below the confidence are passed as they are, and none asks for nothing", async () => {
  const { outputs } = await askBlock(embedDetectionsV1, { ...values, confidence: 0.5 }, { reply });
  expect((outputs["predictions"] as Detections).items.map(({ embedding }) => embedding?.length)).toEqual([
    2,
    undefined,
    undefined,
  ]);
  const empty = await askBlock(embedDetectionsV1, { ...values, predictions: detections([]) }, { reply });
  expect(empty).toMatchObject({ outputs: { predictions: { items: [] } }, asked: [] });
});

test("vectors are in no message", async () => {
  const { outputs } = await askBlock(embedDetectionsV1, values, { reply });
  const written = serialiseDetections(outputs["predictions"] as Detections);
  expect(written).toEqual(serialiseDetections(values.predictions));
});
