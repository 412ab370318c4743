import { z } from "zod";
import { EffectError } from "../../../base/errors.ts";
import { lazy } from "../../../base/lazy.ts";
import type { Detection } from "../../../kinds/detections.ts";
import { defineBlock } from "../../contract/block.ts";
import { ref } from "../../contract/fields.ts";
import { encodeJpeg } from "../../encode-jpeg.ts";
import { ownKey } from "../language/language-fields.ts";
import { asDetections, textDetection } from "../read-text.ts";
import { Slots } from "../slots.ts";
import { askCloud } from "./ask-cloud.ts";

const QUALITY = 95;
const FEATURES = { text_detection: "TEXT_DETECTION", ocr_text_detection: "DOCUMENT_TEXT_DETECTION" } as const;

export const googleVisionOcrV1 = defineBlock({
  type: "roboflow_core/google_vision_ocr@v1",
  category: "model",
  summary: "Reads text with Google Vision, word by word; each image is one request that costs money.",
  inputs: () =>
    z.object({
      image: ref("image").describe("Images to read."),
      ocr_type: z
        .enum(["text_detection", "ocr_text_detection"])
        .describe("What is read: signs and labels in a scene, or a dense page (ocr_text_detection)."),
      language_hints: z
        .array(z.string())
        .nullable()
        .default(null)
        .describe("Languages to expect, as codes of BCP 47; found out by default."),
      api_key: ownKey(),
    }),
  outputs: { text: "string", language: "string", predictions: "object_detection_prediction" },
  needs: ["cloud", "pixels", "time", "ids"],
  example: { image: "$inputs.image", ocr_type: "text_detection", language_hints: ["de"], api_key: "$inputs.key" },
  prepare: () => new Slots(null),
  async run({ image, ocr_type, language_hints, api_key: key }, context) {
    const { pixels, ids } = context.services;
    const request = async () => {
      const content = Buffer.from(await encodeJpeg(pixels.copy(image), image, { quality: QUALITY })).toString("base64");
      const hints = language_hints?.length ? { imageContext: { languageHints: language_hints } } : {};
      const requests = [{ image: { content }, features: [{ type: FEATURES[ocr_type] }], ...hints }];
      const body = JSON.stringify({ requests });
      return { provider: "google_vision", path: "/v1/images:annotate", key, type: "application/json", body } as const;
    };
    const { whole, words } = annotationsOf(await askCloud(request, context));
    const items = words.map(({ text, box }) =>
      textDetection(box, { class: text, confidence: 1, detectionId: ids.uuid() }),
    );
    return { text: whole?.text ?? "", language: whole?.locale ?? "", predictions: asDetections(items, image) };
  },
});

const VERTEX = lazy(() => z.object({ x: z.number().default(0), y: z.number().default(0) }));
const ANNOTATION = lazy(() =>
  z.object({
    description: z.string().default(""),
    locale: z.string().default(""),
    boundingPoly: z.object({ vertices: z.array(VERTEX()).default([]) }).default({ vertices: [] }),
  }),
);
const ANSWER = lazy(() =>
  z.object({
    responses: z
      .array(
        z.object({
          textAnnotations: z.array(ANNOTATION()).default([]),
          error: z.object({ message: z.string().default("") }).optional(),
        }),
      )
      .default([]),
  }),
);

interface Annotation {
  text: string;
  locale: string;
  box: Detection["box"];
}

/** The first annotation is the whole text, the others are its words. Coordinates of 0 are left out in answers. */
function annotationsOf(json: unknown): { whole: Annotation | undefined; words: Annotation[] } {
  const answer = ANSWER().safeParse(json);
  if (!answer.success)
    throw new EffectError("CLOUD_ANSWER", `Google Vision answered in another form: ${z.prettifyError(answer.error)}`);
  const { textAnnotations = [], error } = answer.data.responses[0] ?? {};
  // A picture may be refused within an answer of status 200.
  if (error !== undefined)
    throw new EffectError("CLOUD_REFUSED", `Google Vision refused the picture: ${error.message}`);
  const [whole, ...words] = textAnnotations.map(({ description: text, locale, boundingPoly: { vertices } }) => {
    return { text, locale, box: boundOf(vertices) };
  });
  return { whole, words };
}

function boundOf(vertices: readonly { x: number; y: number }[]): Detection["box"] {
  if (vertices.length === 0) return [0, 0, 0, 0];
  const [xs, ys] = [vertices.map(({ x }) => x), vertices.map(({ y }) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
