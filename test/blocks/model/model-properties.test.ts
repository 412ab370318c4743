import { expect, test } from "vitest";
import {
  instanceSegmentationModelV1,
  instanceSegmentationModelV4,
} from "../../../src/blocks/model/instance-segmentation.ts";
import { multiLabelClassificationModelV3 } from "../../../src/blocks/model/multi-label-classification.ts";
import { objectDetectionModelV3 } from "../../../src/blocks/model/object-detection.ts";
import { picture } from "../sink/open-sink.ts";
import { askBlock } from "./ask-block.ts";

test.each([
  [{}, null],
  [{ mask_decode_mode: "fast", tradeoff_factor: 0.5 }, 0],
  [{ mask_decode_mode: "tradeoff", tradeoff_factor: 0.5 }, 0.5],
  [{ mask_decode_mode: "tradeoff" }, 0],
  [{ mask_decode_mode: "accurate", tradeoff_factor: 0.5 }, null],
])("masks with %j are asked for with the detail %j", async (given, maskDetail) => {
  for (const block of [instanceSegmentationModelV1, instanceSegmentationModelV4]) {
    const reply = { rows: new Float32Array(), masks: [] };
    const { asked } = await askBlock(block, { images: picture(), model_id: "a/1", ...given }, { reply });
    expect(asked).toMatchObject([{ task: "segment", parameters: { maskDetail } }]);
  }
});

test.each([
  [{}, "best"],
  [{ confidence_mode: "default" }, null],
  [{ confidence_mode: "custom" }, 0.4],
  [{ confidence_mode: "custom", custom_confidence: 0.7 }, 0.7],
  [{ confidence_mode: "best", custom_confidence: 0.7 }, "best"],
])("objects with %j are asked for with the lowest score %j", async (given, confidence) => {
  const inputs = { images: picture(), model_id: "a/1", ...given };
  const { asked } = await askBlock(objectDetectionModelV3, inputs, { reply: { rows: new Float32Array() } });
  expect(asked).toMatchObject([{ parameters: { confidence } }]);
});

test.each([
  [{}, ["a", "c"]],
  [{ confidence_mode: "default" }, ["b"]],
  [{ confidence_mode: "custom", custom_confidence: 0.42 }, ["a", "b"]],
])("labels with %j are %j where the model's trainer recommends scores", async (given, expected) => {
  const reply = { scores: Float32Array.of(0.45, 0.6, 0.35) };
  const recommended = { confidence: 0.3, byClass: { b: 0.7 } };
  const inputs = { images: picture(), model_id: "a/1", ...given };
  const { outputs } = await askBlock(multiLabelClassificationModelV3, inputs, {
    reply,
    classes: ["a", "b", "c"],
    recommended,
  });
  expect(outputs["predictions"]).toMatchObject({ predicted_classes: expected });
});
