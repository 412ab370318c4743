import { encodeJpeg } from "../blocks/encode-jpeg.ts";
import { createScene } from "../demo/scene.ts";
import type { Detections } from "../kinds/detections.ts";
import type { Image } from "../kinds/image.ts";
import { maskOfPolygon } from "../kinds/polygon-mask.ts";
import { callTimeMs } from "./call-time.ts";
import type { Figure, Measurement } from "./figure.ts";
import { detectionsOf, openLocalPlan } from "./local-plan.ts";
import { rounded } from "./statistics.ts";

/** Drawing on a copy of a 1280x720 frame, on one thread, and what is sent of it. */
export const drawTime: Measurement = {
  ids: ["draw_720p_50_boxes_ms", "draw_720p_50_labels_ms", "draw_720p_20_masks_ms", "jpeg_720p_ms"],
  measure: async (progress) => {
    progress("drawing: boxes, labels, masks, JPEG");
    return [await boxes(), await labels(), await masks(), await encoding()];
  },
};

const HOW = "from inputs to pixels, median of 9 rounds of 50";

async function boxes(): Promise<Figure> {
  const how = `50 boxes of 2 pixels drawn on a copy of a 1280x720 frame, ${HOW}`;
  return {
    ...figure("draw_720p_50_boxes_ms", null, how),
    value: await drawingMs([BOXES], (image) => detectionsOf(image, 50)),
  };
}

async function labels(): Promise<Figure> {
  const how = `50 boxes and 50 labels with class and confidence, by two steps on a copy of a 1280x720 frame, ${HOW}`;
  const label = { type: "roboflow_core/label_visualization@v1", name: "label", text: "Class and Confidence" };
  const steps = [BOXES, { ...label, image: "$steps.boxes.image", text_scale: 0.5, predictions: "$inputs.detections" }];
  return {
    ...figure("draw_720p_50_labels_ms", 2, how),
    value: await drawingMs(steps, (image) => detectionsOf(image, 50)),
  };
}

async function masks(): Promise<Figure> {
  const how = `20 masks of ${MASK.width} x ${MASK.height} pixels blended with a copy of a 1280x720 frame, ${HOW}`;
  const mask = { type: "roboflow_core/mask_visualization@v1", name: "mask" };
  const steps = [{ ...mask, image: "$inputs.image", predictions: "$inputs.detections" }];
  return { ...figure("draw_720p_20_masks_ms", 6, how), value: await drawingMs(steps, maskedDetections) };
}

/** Of the demo's scene, as noise would compress like no camera's picture. */
async function encoding(): Promise<Figure> {
  const how = "a 1280x720 picture of the demo's scene as JPEG of quality 80, median of 9 rounds of 20";
  const size = { width: 1280, height: 720 };
  const rgb = new Uint8Array(size.width * size.height * 3);
  createScene({ ...size, seed: 1 }).drawFrame(10, rgb);
  const ms = await callTimeMs(() => encodeJpeg(rgb, size, { quality: 80 }), { warmUp: 20, rounds: 9, calls: 20 });
  return { ...figure("jpeg_720p_ms", 8, how), value: rounded(ms) };
}

const BOXES = {
  type: "roboflow_core/bounding_box_visualization@v1",
  name: "boxes",
  image: "$inputs.image",
  predictions: "$inputs.detections",
};

function figure(id: string, limit: number | null, how: string): Omit<Figure, "value"> {
  return { id, unit: "ms/frame", limit, better: "lower", how };
}

async function drawingMs(steps: readonly { name: string }[], objects: (image: Image) => Detections): Promise<number> {
  const plan = openLocalPlan({
    version: "1.0",
    inputs: [
      { type: "WorkflowImage", name: "image" },
      { type: "WorkflowBatchInput", name: "detections", kind: ["instance_segmentation_prediction"] },
    ],
    steps,
    outputs: [{ type: "JsonField", name: "out", selector: `$steps.${steps.at(-1)?.name}.image` }],
  });
  const image = plan.image(0);
  const found = objects(image);
  return rounded(
    await callTimeMs(async () => readPixels(await plan.run({ image: [image], detections: [found] })), {
      warmUp: 50,
      rounds: 9,
      calls: 50,
    }),
  );
}

/** A picture is drawn when its pixels are read. */
function readPixels(rows: readonly Record<string, unknown>[]): number {
  const images = rows.map((row) => row["out"] as Image);
  return images.reduce((sum, { pixels }) => sum + (pixels.type === "owned" ? pixels.rgb.length : 0), 0);
}

const MASK = { width: 220, height: 170 } as const;

/** Ellipses in four rows of five. */
function maskedDetections(image: Image): Detections {
  const found = detectionsOf(image, 20);
  const items = found.items.map((item, i) => {
    const [x, y] = [140 + (i % 5) * 250, 90 + Math.floor(i / 5) * 180];
    const corners = Array.from({ length: 48 }, (_, corner) => {
      const angle = (corner * Math.PI) / 24;
      return [x + (MASK.width / 2) * Math.cos(angle), y + (MASK.height / 2) * Math.sin(angle)] as const;
    });
    return { ...item, mask: maskOfPolygon(corners, image) };
  });
  return { ...found, items };
}
