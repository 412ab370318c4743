import { z } from "zod";
import type { Detection, Detections } from "../../kinds/detections.ts";
import type { Image } from "../../kinds/image.ts";
import { maskParts } from "../../kinds/mask-parts.ts";
import type { FoundMasks, Prompt } from "../../kinds/model-task.ts";
import { type Context, defineBlock } from "../contract/block.ts";
import { modelVersion, orRef, ref } from "../contract/fields.ts";
import type { IdService } from "../contract/services.ts";
import { askModels } from "./ask-models.ts";
import { images } from "./model-fields.ts";

const VERSIONS = ["hiera_large", "hiera_small", "hiera_tiny", "hiera_b_plus"] as const;

export const segmentAnythingV1 = defineBlock({
  type: "roboflow_core/segment_anything@v1",
  category: "model",
  summary: "Finds the mask of each box, or of whatever stands out, with Segment Anything.",
  inputs: () =>
    z.object({
      images: images(),
      boxes: ref("object_detection_prediction", "instance_segmentation_prediction", "keypoint_detection_prediction")
        .nullable()
        .default(null)
        .describe("Objects whose masks are asked for; without them one mask of the image."),
      version: modelVersion("prompted", { prefix: "sam2/", versions: VERSIONS })
        .default("hiera_tiny")
        .describe('Version; the model "sam2/<version>" is mapped to a local folder with an encoder and a decoder.'),
      threshold: orRef(z.number(), "float").default(0).describe("Lowest score of a mask that is reported."),
      multimask_output: orRef(z.boolean(), "boolean")
        .default(true)
        .describe(
          "Let a box mean several things, of which the surest counts; false has an effect where the file can tell.",
        ),
    }),
  synonyms: { images: ["image"] },
  outputs: { predictions: "instance_segmentation_prediction" },
  batches: ["images", "boxes"],
  needs: ["models", "ids"],
  example: { images: "$inputs.image", boxes: "$steps.detection.predictions", version: "hiera_small" },
  runMany: segmentAll,
});

interface Inputs {
  images: Image;
  boxes: Detections | null;
  version: string;
  threshold: number;
  multimask_output: boolean;
}

async function segmentAll(elements: readonly Inputs[], contexts: readonly Context<undefined, undefined>[]) {
  const { models, ids } = (contexts[0] as Context).services;
  const questions = elements.map(({ images: item, boxes, version, multimask_output: isAmbiguous }) => {
    return { model: `sam2/${version}`, item, parameters: { prompts: promptsOf(boxes), isAmbiguous } };
  });
  const answers = await askModels(models, "prompted", questions);
  return elements.map((inputs, i) => ({ predictions: found(answers[i]?.reply, inputs, ids) }));
}

/** Boxes where there may be some, else the image. */
function promptsOf(boxes: Detections | null): Prompt[] {
  return boxes === null ? [{ points: [], box: null }] : boxes.items.map(({ box }) => ({ points: [], box }));
}

const FOREGROUND = { class: "foreground", classId: 0 };

/** A detection for every part of a mask, of the class of its box. */
function found(reply: FoundMasks | undefined, { images: image, boxes, threshold }: Inputs, ids: IdService): Detections {
  const { rows = new Float32Array(), masks = [] } = reply ?? {};
  const items = masks.flatMap((mask, row): Detection[] => {
    const [confidence = 0, prompt = 0] = rows.subarray(row * 6 + 4, row * 6 + 6);
    if (confidence < threshold) return [];
    const { class: name, classId } = boxes?.items[prompt] ?? FOREGROUND;
    return maskParts(mask).map(({ mask: part, box }) => {
      return { box, confidence, class: name, classId, detectionId: ids.uuid(), mask: part };
    });
  });
  const { width, height, parentId, parent, root } = image;
  return { kind: "detections", items, width, height, parentId, parent, root };
}
