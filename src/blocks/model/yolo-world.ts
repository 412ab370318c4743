import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import type { Image } from "../../kinds/image.ts";
import { type Context, defineBlock } from "../contract/block.ts";
import { modelVersion, orRef } from "../contract/fields.ts";
import { askModels } from "./ask-models.ts";
import { foundDetections } from "./found-detections.ts";
import { images } from "./model-fields.ts";

const VERSIONS = ["v2-s", "v2-m", "v2-l", "v2-x", "s", "m", "l", "x"] as const;

export const yoloWorldModelV1 = defineBlock({
  type: "roboflow_core/yolo_world_model@v1",
  aliases: ["YoloWorldModel", "YoloWorld"],
  category: "model",
  summary: "Finds objects by the names of their classes: with OWLv2 any, with YOLO-World those it was exported for.",
  inputs: () =>
    z.object({
      images: images(),
      class_names: orRef<readonly string[]>(z.array(z.string()), "list_of_values").describe(
        "Names of classes to find, in the order of their ids; a file of YOLO-World must have been exported with them.",
      ),
      version: modelVersion("detect_named", { prefix: "yolo_world/", versions: VERSIONS })
        .default("v2-s")
        .describe('Version; the model "yolo_world/<version>" is mapped to a local ONNX file.'),
      confidence: orRef(z.number().min(0).max(1), "float_zero_to_one")
        .default(0.005)
        .describe("Lowest score to report."),
    }),
  synonyms: { images: ["image"] },
  outputs: { predictions: "object_detection_prediction" },
  batches: ["images"],
  needs: ["models", "ids"],
  example: { images: "$inputs.image", class_names: ["person", "car"], version: "s" },
  runMany: findAll,
});

interface Inputs {
  images: Image;
  class_names: readonly string[];
  version: string;
  confidence: number;
}

async function findAll(elements: readonly Inputs[], contexts: readonly Context<undefined, undefined>[]) {
  const { models, ids } = (contexts[0] as Context).services;
  const questions = elements.map(({ images: item, class_names: names, version, confidence }) => ({
    model: `yolo_world/${version}`,
    item,
    parameters: {
      confidence,
      iouThreshold: 0.3,
      maxDetections: 300,
      maxCandidates: 3000,
      classAgnostic: false,
      classFilter: null,
      names,
    },
  }));
  const answers = await askModels(models, "detect_named", questions);
  return elements.map(({ images: image, class_names: names, version }, i) => {
    const answer = answers[i] ?? { reply: { rows: new Float32Array() }, classes: names };
    const absent = names.filter((name) => !answer.classes.includes(name));
    if (absent.length > 0) throw unknownNames(contexts[i]?.step ?? "", absent, `yolo_world/${version}`);
    const found = foundDetections(answer, image, { ids });
    const items = found.items.map((item) => ({ ...item, classId: names.indexOf(item.class) }));
    return { predictions: { ...found, items } };
  });
}

function unknownNames(step: string, absent: readonly string[], model: string): StepError {
  const message = `step "${step}": the file of the model "${model}" was not exported with ${absent.map((name) => `"${name}"`).join(", ")}; export it with these class names`;
  return new StepError("STEP_INPUT", message, { step });
}
