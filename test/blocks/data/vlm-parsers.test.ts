import { describe, expect, it } from "vitest";
import { anthropicUpload, longestEdge } from "../../../src/blocks/data/answers/upload-size.ts";
import { vlmAsClassifierV2 } from "../../../src/blocks/data/answers/vlm-as-classifier.ts";
import { vlmAsDetectorV1, vlmAsDetectorV2 } from "../../../src/blocks/data/answers/vlm-as-detector.ts";
import type { Detections } from "../../../src/kinds/detections.ts";
import { openStep } from "../../query/run.ts";
import { picture } from "../values.ts";

const image = picture(80, 60);

function classify(vlm_output: string): Record<string, unknown> {
  const step = openStep(vlmAsClassifierV2, { classes: ["cat", "dog"] });
  return step({ image, vlm_output }) as Record<string, unknown>;
}

describe("vlm_as_classifier", () => {
  it("tells every class, and one that it was not asked for with the id -1", () => {
    expect(classify('{"class_name": "dog", "confidence": "0.75"}')).toMatchObject({
      error_status: false,
      predictions: { image: { width: 80, height: 60 }, top: "dog", confidence: 0.75, parent_id: "camera" },
    });
    const { predictions } = classify('{"class_name": "ящик", "confidence": 7}')["predictions"] as {
      predictions: unknown;
    };
    expect(predictions).toEqual([
      { class: "ящик", class_id: -1, confidence: 1 },
      { class: "cat", class_id: 0, confidence: 0 },
      { class: "dog", class_id: 1, confidence: 0 },
    ]);
  });

  it("takes the greatest confidence of a class that is named twice", () => {
    const answer = '{"predicted_classes": [{"class": "dog", "confidence": 0.9}, {"class": "dog", "confidence": 0.4}]}';
    expect(classify(answer)["predictions"]).toMatchObject({
      predictions: { cat: { confidence: 0, class_id: 0 }, dog: { confidence: 0.9, class_id: 1 } },
      predicted_classes: ["dog"],
    });
  });

  it.each([
    "nothing",
    "[]",
    '{"class_name": "dog"}',
    '{"class_name": "dog", "confidence": "high"}',
    '{"predicted_classes": 3}',
  ])("says that %s is no classification", (answer) => {
    expect(classify(answer)).toMatchObject({ error_status: true, predictions: null });
  });
});

function detect(model_type: string, vlm_output: string, task_type = "object-detection"): unknown {
  const step = openStep(vlmAsDetectorV2, { classes: ["cat", "dog"], model_type, task_type });
  const { error_status, predictions } = step({ image, vlm_output }) as {
    error_status: boolean;
    predictions: Detections;
  };
  return error_status
    ? "error"
    : predictions.items.map((item) => [item.class, item.classId, item.confidence, ...item.box]);
}

describe("vlm_as_detector", () => {
  it.each([
    ["google-gemini", '[{"box_2d": [100, 200, 500, 600], "label": "dog"}]', [["dog", 1, 1, 16, 6, 48, 30]]],
    [
      "anthropic-claude",
      '[{"box_2d": [10, 20, 500, 600], "label": "dog", "confidence": 0.4}]',
      [["dog", 1, 0.4, 10, 20, 80, 60]],
    ],
    ["openai", '{"detections": [{"box_2d": ["3", 4, 20, 25], "label": "ящик"}]}', [["ящик", -1, 1, 3, 4, 20, 25]]],
    [
      "openai",
      '{"detections": [{"x_min": 0.1, "y_min": 0.2, "x_max": 0.5, "y_max": 1.5, "class_name": "cat"}]}',
      [["cat", 0, 1, 8, 12, 40, 90]],
    ],
    ["spacexai", '[{"box_2d": [10, 20, 50, 160], "class": "cat"}]', [["cat", 0, 1, 8, 12, 40, 60]]],
    [
      "qwen",
      '[{"bbox_2d": [100, 200, 500, 1600], "label": "cat"}, {"box_2d": [1, 2, 3]}, 7]',
      [["cat", 0, 1, 8, 12, 40, 60]],
    ],
    [
      "zai",
      '{"bbox_2d": [0, 0, 500, 500], "label": "cat"}\n{"bbox_2d": [500, 0, 1000, 500]}',
      [
        ["cat", 0, 1, 0, 0, 40, 30],
        ["unknown", -1, 1, 40, 0, 80, 30],
      ],
    ],
    [
      "muse",
      '{"x_min": 100, "y_min": 200, "x_max": 500, "y_max": 600, "label": "dog"}',
      [["dog", 1, 1, 8, 12, 40, 36]],
    ],
    ["muse", '[{"x_min": "100", "y_min": 200, "x_max": 500, "y_max": 600}]', []],
  ])("reads the boxes of %s in %s", (model, answer, boxes) => {
    expect(detect(model, answer)).toEqual(boxes);
  });

  it.each([
    ["google-gemini", '[{"box_2d": [1, 2, 3], "label": "dog"}]'],
    ["google-gemini", '{"detections": null}'],
    ["openai", '{"detections": [{"x_min": 0.1, "y_min": 0.2, "x_max": 0.5, "y_max": 0.6}]}'],
    ["spacexai", '{"detections": [{"x_min": 0.1}]}'],
    ["qwen", '{"boxes": []}'],
    ["florence-2", "{}"],
  ])("says that %s cannot mean %s", (model, answer) => {
    expect(detect(model, answer)).toBe("error");
  });

  it("reads what Florence-2 answers to each task", () => {
    const boxes = '"bboxes": [[8, 6, 40, 30]]';
    expect(detect("florence-2", `{${boxes}, "labels": ["dog"]}`)).toEqual([["dog", 5324, 1, 8, 6, 40, 30]]);
    expect(detect("florence-2", `{${boxes}, "labels": [""]}`, "region-proposal")).toEqual([
      ["roi", 0, 1, 8, 6, 40, 30],
    ]);
    const open = "open-vocabulary-object-detection";
    expect(detect("florence-2", `{${boxes}, "bboxes_labels": ["dog"]}`, open)).toEqual([["dog", 1, 1, 8, 6, 40, 30]]);
    const quad = '{"quad_boxes": [[8, 6, 40, 8, 40, 30, 9, 29]], "labels": ["ab"]}';
    expect(detect("florence-2", quad, "ocr-with-text-detection")).toEqual([["ab", 0, 1, 8, 6, 40, 30]]);
  });

  it("gives detections of the picture, also when there are none", () => {
    const step = openStep(vlmAsDetectorV1, { classes: [], model_type: "google-gemini", task_type: "object-detection" });
    const { predictions } = step({ image, vlm_output: "[]" }) as { predictions: Detections };
    expect(predictions).toMatchObject({ items: [], width: 80, height: 60, parentId: "camera" });
  });
});

describe("the size in which a picture was sent", () => {
  it("is within the limits of the service, in the picture's shape", () => {
    expect(longestEdge({ width: 4096, height: 3 })).toEqual({ width: 2048, height: 2 });
    expect(longestEdge({ width: 640, height: 480 })).toEqual({ width: 640, height: 480 });
    expect(anthropicUpload({ width: 640, height: 480 })).toEqual({ width: 640, height: 480 });
    const { width, height } = anthropicUpload({ width: 3840, height: 2160 });
    expect(Math.ceil(width / 28) * Math.ceil(height / 28)).toBeLessThanOrEqual(4784);
    expect(width / height).toBeCloseTo(16 / 9, 2);
    expect(anthropicUpload({ width: 2160, height: 3840 })).toEqual({ width: height, height: width });
  });
});
