import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openPipeline } from "../../src/library.ts";
import { assetPath, lacksAssets } from "../helpers/assets.ts";
import { evaluate, type Labelled } from "./mot-metrics.ts";

const FILM = "mot/mot-synth-a/mot-synth-a.mp4";
const TRUTH = "mot/mot-synth-a/gt/gt.txt";
const [DETECTOR, CLASSES, LOOKS] = ["models/yolox-nano-416.onnx", "labels/coco80.txt", "models/person-reid-0248.onnx"];
const [FRAMES, WIDTH, HEIGHT] = [400, 1280, 720];

const tracker = (name: string, detections: string) => {
  return { type: "roboflow_core/trackers_botsort@v1", name, image: "$inputs.image", detections };
};

const WORKFLOW = {
  version: "1.4.0",
  inputs: [{ type: "WorkflowImage", name: "image" }],
  steps: [
    {
      type: "roboflow_core/roboflow_object_detection_model@v2",
      name: "people",
      images: "$inputs.image",
      model_id: "coco/1",
      class_filter: ["person"],
      confidence: 0.1,
    },
    {
      type: "millrace/embed_detections@v1",
      name: "looks",
      image: "$inputs.image",
      predictions: "$steps.people.predictions",
      model_id: "reid/1",
    },
    tracker("by_looks", "$steps.looks.predictions"),
    tracker("by_place", "$steps.people.predictions"),
  ],
  outputs: ["by_looks", "by_place"].map((name) => {
    return { type: "JsonField", name, selector: `$steps.${name}.tracked_detections` };
  }),
};

interface Tracked {
  predictions: { tracker_id: number; x: number; y: number; width: number; height: number }[];
}

test.skipIf(lacksAssets(FILM, TRUTH, DETECTOR, CLASSES, LOOKS))(
  "persons who cross in front of each other change ids less often where their looks are compared",
  { timeout: 300_000 },
  async () => {
    const found = { by_looks: [] as Labelled[][], by_place: [] as Labelled[][] };
    await using pipeline = await openPipeline({
      camera: assetPath(FILM) ?? "",
      workflow: WORKFLOW,
      models: {
        "coco/1": { path: assetPath(DETECTOR) ?? "", classes: assetPath(CLASSES) ?? "" },
        "reid/1": {
          path: assetPath(LOOKS) ?? "",
          family: "embedding",
          preprocessing: { order: "bgr", scale: 1, mean: [0, 0, 0], std: [1, 1, 1] },
        },
      },
      onResult({ outputs }) {
        for (const name of ["by_looks", "by_place"] as const) found[name].push(labelled(outputs[name] as Tracked));
      },
    });
    await pipeline.finished;
    const truth = truthOf(readFileSync(assetPath(TRUTH) ?? "", "utf8"));
    const [looks, place] = [evaluate(truth, found.by_looks), evaluate(truth, found.by_place)];
    expect(looks.switches).toBeLessThan(place.switches);
    expect(looks.idf1).toBeGreaterThan(place.idf1 + 0.05);
    expect(looks.mota).toBeGreaterThan(place.mota);
  },
);

function labelled({ predictions }: Tracked): Labelled[] {
  return predictions.map(({ tracker_id, x, y, width, height }) => {
    return { id: tracker_id, box: [x - width / 2, y - height / 2, x + width / 2, y + height / 2] };
  });
}

/** Boxes of visible persons, clipped to the frame. */
function truthOf(text: string): Labelled[][] {
  const truth = Array.from({ length: FRAMES }, (): Labelled[] => []);
  for (const line of text.trim().split("\n")) {
    const [frame = 0, id = 0, left = 0, top = 0, width = 0, height = 0, flag] = line.split(",").map(Number);
    const [x, y] = [left - 1, top - 1];
    const box: Labelled["box"] = [
      Math.max(0, x),
      Math.max(0, y),
      Math.min(WIDTH, x + width),
      Math.min(HEIGHT, y + height),
    ];
    if (flag === 1) truth[frame - 1]?.push({ id, box });
  }
  return truth;
}
