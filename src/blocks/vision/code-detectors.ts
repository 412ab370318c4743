import { z } from "zod";
import { lazy } from "../../base/lazy.ts";
import type { Detections } from "../../kinds/detections.ts";
import type { Image } from "../../kinds/image.ts";
import { readCodes } from "../../vision/codes/read-codes.ts";
import { greyOf } from "../../vision/grey.ts";
import { defineBlock } from "../contract/block.ts";
import { ref } from "../contract/fields.ts";
import type { Services } from "../contract/services.ts";
import { rasterOf } from "../rasters.ts";

const picture = lazy(() => ref("image").describe("Picture to look for codes in."));

export const qrCodeDetectorV1 = defineBlock({
  type: "roboflow_core/qr_code_detector@v1",
  aliases: ["QRCodeDetector", "QRCodeDetection"],
  category: "vision",
  summary: "Finds and reads QR codes.",
  inputs: () => z.object({ images: picture() }),
  synonyms: { images: ["image"] },
  outputs: { predictions: "qr_code_detection" },
  batches: ["images"],
  needs: ["pixels", "ids"],
  example: { images: "$inputs.image" },
  run: async ({ images }, { services }) => ({ predictions: await codesIn(images, { kind: "qr", services }) }),
});

export const barcodeDetectorV1 = defineBlock({
  type: "roboflow_core/barcode_detector@v1",
  aliases: ["BarcodeDetector", "BarcodeDetection"],
  category: "vision",
  summary: "Finds and reads bar codes and the usual two-dimensional codes.",
  inputs: () => z.object({ images: picture() }),
  synonyms: { images: ["image"] },
  outputs: { predictions: "bar_code_detection" },
  batches: ["images"],
  needs: ["pixels", "ids"],
  example: { images: "$inputs.image" },
  run: async ({ images }, { services }) => ({ predictions: await codesIn(images, { kind: "all", services }) }),
});

const CLASSES = { qr: "qr_code", all: "barcode" } as const;

async function codesIn(
  image: Image,
  { kind, services }: { kind: "qr" | "all"; services: Services },
): Promise<Detections> {
  const found = await readCodes(greyOf(rasterOf(image, services.pixels)), kind);
  const items = found.map(({ box, text }) => {
    const detectionId = services.ids.uuid();
    return { box, confidence: 1, class: CLASSES[kind], classId: 0, detectionId, data: { data: text } };
  });
  const { width, height, parentId, parent, root } = image;
  return { kind: "detections", items, width, height, parentId, parent, root };
}
