import { expect, test } from "vitest";
import type { Context } from "../../../src/blocks/contract/block.ts";
import { anomalyDetectionModelV1 } from "../../../src/blocks/model/anomaly-detection-model.ts";
import { testServices } from "../../helpers/no-services.ts";
import { picture } from "../values.ts";

const MAP = { width: 2, height: 1, values: Float32Array.of(1, 3) };

async function judge(score: number, values: Record<string, unknown> = {}) {
  const reply = { score, threshold: 2, scale: 0.5, map: MAP };
  const models = { run: async () => [{ reply, classes: [] }] };
  const services = testServices({ models: models as never, ids: { uuid: () => "id" } });
  const context: Context = { step: "judge", source: "", state: undefined, prepared: undefined, init: {}, services };
  const inputs = {
    images: picture(4, 2),
    model_id: "bottles/1",
    include_anomaly_map: true,
    confidence: 0.5,
    anomaly_threshold: null,
    ...values,
  };
  const found = (await anomalyDetectionModelV1.runMany?.([inputs], [context])) as Record<string, unknown>[] | undefined;
  return found?.[0] ?? {};
}

test("at the threshold of the model an image is anomalous, with a confidence of a half", async () => {
  expect(await judge(2)).toMatchObject({
    anomaly_score: 2,
    anomaly_threshold: 2,
    anomaly_decision_threshold: 2,
    is_anomalous: true,
    predictions: { top: "anomalous", confidence: 0.5, prediction_type: "classification" },
    inference_id: "id",
    model_id: "bottles/1",
  });
  expect(await judge(1.9)).toMatchObject({ is_anomalous: false, predictions: { top: "normal" } });
});

test("both classes are given, the likelier one first", async () => {
  const { predictions } = await judge(3);
  const sure = 1 / (1 + Math.exp(-2));
  expect(predictions).toMatchObject({
    top: "anomalous",
    predictions: [
      { class: "anomalous", class_id: 1, confidence: expect.closeTo(sure) },
      { class: "normal", class_id: 0, confidence: expect.closeTo(1 - sure) },
    ],
  });
});

test("a threshold of the step takes the place of the model's, and a confidence moves the decision", async () => {
  expect(await judge(2, { anomaly_threshold: 5 })).toMatchObject({ is_anomalous: false, anomaly_threshold: 5 });
  const strict = await judge(2.5, { confidence: 0.9 });
  expect(strict).toMatchObject({ is_anomalous: false, anomaly_threshold: 2 });
  expect(strict["anomaly_decision_threshold"]).toBeCloseTo(2 + 0.5 * Math.log(9));
  for (const confidence of [0, 1])
    expect(await judge(2, { confidence })).toMatchObject({ is_anomalous: confidence === 0 });
});

test("the map is as large as the image, and left out where the step does not ask for it", async () => {
  const { anomaly_map: map } = (await judge(2)) as { anomaly_map: Float32Array[] };
  expect(map.map((row) => [...row])).toEqual([
    [1, 1.5, 2.5, 3],
    [1, 1.5, 2.5, 3],
  ]);
  expect(await judge(2, { include_anomaly_map: false })).toMatchObject({ anomaly_map: null });
});
