import { createScene } from "../../src/demo/scene.ts";
import type { Detection, Detections } from "../../src/kinds/detections.ts";
import type { Image } from "../../src/kinds/image.ts";
import { maskOfPolygon } from "../../src/kinds/polygon-mask.ts";

export const SIZE = { width: 320, height: 180 } as const;

/** What one picture of a sheet shows: a block's properties, and the frames that the step saw before it. */
export interface Sample {
  type: string;
  caption?: string;
  properties?: Readonly<Record<string, unknown>>;
  frames?: number;
}

const LINE = [[40, 150], [280, 90]]; // biome-ignore format: points
const ZONE = [[30, 40], [150, 20], [200, 120], [60, 160]]; // biome-ignore format: corners
const PATH = [[20, 160], [90, 60], [170, 120], [300, 30]]; // biome-ignore format: points
const TEXT = { text: "Class and Confidence", text_scale: 0.4, text_padding: 3 };
const RICH = { text: "Class and Confidence", text_padding: 4 };
const MANY = { predictions: "classes", text_scale: 0.5, text_padding: 4, text: "Class and Confidence" };

export const SHEETS: Readonly<Record<string, readonly Sample[]>> = {
  shapes: [
    { type: "bounding_box_visualization@v1", properties: { roundness: 0.4 } },
    { type: "corner_visualization@v1" },
    { type: "circle_visualization@v1" },
    { type: "ellipse_visualization@v1" },
    { type: "dot_visualization@v1", properties: { radius: 8, outline_thickness: 2 } },
    { type: "triangle_visualization@v1", properties: { base: 18, height: 14, outline_thickness: 1 } },
    { type: "polygon_visualization@v1", properties: { thickness: 3 } },
    { type: "polygon_visualization@v2", properties: { thickness: 3, color_palette: "Matplotlib Set2" } },
    { type: "keypoint_visualization@v1", properties: { edges: [[1, 2], [2, 3], [3, 4], [4, 1]], thickness: 3 } }, // biome-ignore format: pairs
  ],
  areas: [
    { type: "mask_visualization@v1" },
    { type: "color_visualization@v1" },
    { type: "halo_visualization@v1" },
    { type: "halo_visualization@v2" },
    { type: "blur_visualization@v1", properties: { kernel_size: 21 } },
    { type: "pixelate_visualization@v1", properties: { pixel_size: 10 } },
    { type: "background_color_visualization@v1", properties: { opacity: 0.7 } },
    { type: "model_comparison_visualization@v1", properties: { opacity: 0.5 } },
    { type: "crop_visualization@v1", properties: { scale_factor: 1.4 } },
  ],
  texts: [
    { type: "label_visualization@v1", properties: TEXT },
    { type: "label_visualization@v2", properties: { ...TEXT, border_radius: 6, text_position: "CENTER" } },
    { type: "rich_label_visualization@v1", properties: RICH },
    {
      type: "rich_label_visualization@v1",
      caption: "rich_label, Geist",
      properties: { ...RICH, font_family: "Geist", font_size: 20, border_radius: 8, predictions: "named" },
    },
    { type: "classification_label_visualization@v1", properties: MANY },
    { type: "text_display@v1", properties: { text: "3 parcels", font_scale: 0.7, background_opacity: 0.6 } },
    { type: "line_counter_visualization@v1", properties: { zone: LINE, count_in: 7, count_out: 2, text_scale: 0.4 } },
    { type: "polygon_zone_visualization@v1", properties: { zone: ZONE } },
    { type: "reference_path_visualization@v1", properties: { reference_path: PATH, color: "YELLOW" } },
    { type: "trace_visualization@v1", properties: { thickness: 2, color_axis: "TRACK" }, frames: 40 },
    { type: "keypoint_visualization@v1", properties: { annotator_type: "vertex_label", text_padding: 4, radius: 4 } },
  ],
  pictures: [
    { type: "heatmap_visualization@v1", properties: { radius: 22, opacity: 0.5, motion_threshold: 4 }, frames: 60 },
    { type: "anomaly_heatmap_visualization@v1" },
    { type: "anomaly_heatmap_visualization@v1", caption: "anomaly_heatmap, TURBO", properties: { color_map: "TURBO" } },
    { type: "icon_visualization@v1", properties: { icon_width: 36, icon_height: 36 } },
    {
      type: "icon_visualization@v1",
      caption: "icon, static",
      properties: { mode: "static", x_position: -8, y_position: 8 },
    },
    { type: "grid_visualization@v1" },
    { type: "qr_code_generator@v1", properties: { text: "millrace" } },
  ],
};

const scene = createScene({ seed: 7, ...SIZE });

/** A frame of the demo's scene. */
export function frameOf(index: number): Image {
  const rgb = new Uint8Array(SIZE.width * SIZE.height * 3);
  scene.drawFrame(index, rgb);
  const root = { id: "scene", ...SIZE, offsetX: 0, offsetY: 0 };
  const pixels = { type: "owned", rgb, ...SIZE } as const;
  return { kind: "image", ...SIZE, pixels, parentId: "scene", parent: null, root, video: null };
}

/** What is on it, with masks, tracker ids and the corners as key points. */
export function objectsOf(index: number, skipped = -1): Detections {
  const classes = ["circle", "square", "triangle"];
  const truth = scene.truthAt(index).filter(({ visible }, i) => visible > 0.5 && i !== skipped);
  const items = truth.map(({ id, class: name, box }, i): Detection => {
    return {
      box,
      confidence: 0.95 - 0.07 * i,
      class: name,
      classId: Math.max(0, classes.indexOf(name)),
      detectionId: id,
      trackerId: idOf(id),
      mask: maskOfPolygon(outline(box), SIZE),
      keypoints: cornersOf(box).map(([x, y], classId) => ({ x, y, class: "corner", classId, confidence: 1 })),
    };
  });
  const root = { id: "scene", ...SIZE, offsetX: 0, offsetY: 0 };
  return { kind: "detections", items, ...SIZE, parentId: "scene", parent: null, root };
}

/** The same with names in other scripts. */
export function namedObjects(index: number): Detections {
  const names: Readonly<Record<string, string>> = { circle: "κύκλος", square: "квадрат", triangle: "مثلث 😀" };
  const { items, ...found } = objectsOf(index);
  return { ...found, items: items.map((item) => ({ ...item, class: names[item.class] ?? item.class })) };
}

const ids = new Map<string, number>();

function idOf(text: string): number {
  const id = ids.get(text) ?? ids.size;
  ids.set(text, id);
  return id;
}

function outline([x1, y1, x2, y2]: Detection["box"]): [number, number][] {
  return Array.from({ length: 24 }, (_, i) => {
    const angle = (i * Math.PI) / 12;
    return [(x1 + x2) / 2 + ((x2 - x1) / 2) * Math.cos(angle), (y1 + y2) / 2 + ((y2 - y1) / 2) * Math.sin(angle)];
  });
}

function cornersOf([x1, y1, x2, y2]: Detection["box"]): [number, number][] {
  return [[x1, y1], [x2, y1], [x2, y2], [x1, y2]]; // biome-ignore format: corners
}

export const CLASSES = {
  predictions: {
    square: { confidence: 0.91, class_id: 1 },
    circle: { confidence: 0.74, class_id: 0 },
    triangle: { confidence: 0.52, class_id: 2 },
  },
  predicted_classes: ["square", "circle", "triangle"],
};

/** A disc that fades at its edge. */
export function icon(): Image {
  const size = 64;
  const [rgb, alpha] = [new Uint8Array(size * size * 3), new Uint8Array(size * size)];
  for (let at = 0; at < alpha.length; at++) {
    const distance = Math.hypot((at % size) - 31.5, Math.floor(at / size) - 31.5);
    alpha[at] = 255 * Math.min(1, Math.max(0, (31 - distance) / 4));
    rgb.set(distance < 16 ? [255, 255, 255] : [131, 21, 249], at * 3);
  }
  const root = { id: "icon", width: size, height: size, offsetX: 0, offsetY: 0 };
  const pixels = { type: "owned", rgb, alpha, width: size, height: size } as const;
  return { kind: "image", width: size, height: size, pixels, parentId: "icon", parent: null, root, video: null };
}

/** Two bumps. */
export function anomalies(): number[][] {
  return Array.from({ length: 45 }, (_, y) =>
    Array.from({ length: 80 }, (_, x) => bump(x - 24, y - 16, 40) * 3 + bump(x - 60, y - 28, 90) * 6),
  );
}

function bump(dx: number, dy: number, spread: number): number {
  return Math.exp(-(dx * dx + dy * dy) / spread);
}
