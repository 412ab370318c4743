import type { ModelStatement } from "../../../src/inference/inspect.ts";
import { type ConstantModel, constantModel, type Nested } from "../../../src/kit/constant-model.ts";
import { type PromptedForm, promptDecoder, promptEncoder } from "../../fixtures/prompted-models.ts";
import { bothTowers, freeTokens, owlDetector, tokenEcho } from "../../fixtures/towers.ts";

/** A published layout as a file of a few nodes with hand-made outputs, and what must be read of it. */
export interface LayoutCase {
  family: string;
  name: string;
  file: Buffer;
  /** Of a model of two files. */
  decoder?: Buffer;
  statement: ModelStatement;
  /** Rows of x min, y min, x max, y max, score, class in the 64x64 picture. */
  rows?: number[][];
}

const CLASSES = ["a", "b", "c"];
const NAMES = "{0: 'a', 1: 'b', 2: 'c'}";
const CELLS = 84;

function zeros(...dims: number[]): Nested {
  const [first = 0, ...rest] = dims;
  return rest.length === 0 ? new Array<number>(first).fill(0) : Array.from({ length: first }, () => zeros(...rest));
}

/** Rows of numbers, filled up with zeros. */
function rowsOf(count: number, width: number, given: Readonly<Record<number, number[]>>): number[][] {
  return Array.from({ length: count }, (_, i) => [...(given[i] ?? []), ...new Array(width).fill(0)].slice(0, width));
}

function turned(rows: readonly number[][]): number[][] {
  return (rows[0] ?? []).map((_, column) => rows.map((row) => row[column]!));
}

interface Made extends ConstantModel {
  statement?: ModelStatement;
  rows?: number[][];
}

function layout(family: string, name: string, { statement = {}, rows, ...model }: Made): LayoutCase {
  return { family, name, file: constantModel(model), statement, ...(rows === undefined ? {} : { rows }) };
}

function prompted(family: string, form: PromptedForm): LayoutCase {
  return { family, name: form, file: promptEncoder(form), decoder: promptDecoder(form), statement: {} };
}

const TWO = [
  [10, 20, 30, 40, 0.9, 0],
  [40, 8, 60, 24, 0.8, 2],
];
/** Centre and size of the same. */
const CENTRES = [
  [20, 30, 20, 20],
  [50, 16, 20, 16],
];

const DENSE = { 0: [...CENTRES[0]!, 0.9, 0, 0.1], 83: [...CENTRES[1]!, 0, 0.1, 0.8], 1: [21, 30, 20, 20, 0.7, 0, 0] };
const OBJECTS = { 0: TWO[0]!, 1: TWO[1]! };
const ultralytics = (task: string, more: Record<string, string> = {}) => ({
  metadata: { author: "Ultralytics", task, stride: "32", names: NAMES, ...more },
});
const logit = (score: number) => Math.log(score / (1 - score));
const QUERIES = [
  [20 / 64, 30 / 64, 20 / 64, 20 / 64],
  [50 / 64, 16 / 64, 20 / 64, 16 / 64],
  ...Array.from({ length: 98 }, () => [0, 0, 0, 0]),
];
const LOGITS = (width: number) =>
  rowsOf(100, width, { 0: [logit(0.9), -9, -9], 1: [-9, -9, logit(0.8)] }).map((row, i) =>
    row.map((value, column) => (column > 2 || i > 1 ? -9 : value)),
  );
/** Of three classes and no object, of which one has a share of all. */
const SHARES_OF_LOGITS = (share: number, classId: number) =>
  [0, 1, 2, 3].map((i) => Math.log(i === classId ? share : (1 - share) / 3));
const SHARES = TWO.map(([x1 = 0, y1 = 0, x2 = 0, y2 = 0]) => [x1 / 64, y1 / 64, x2 / 64, y2 / 64]);

/** Logits of 8 steps whose mean is a whole number of them. */
const bins = (step: number) => Array.from({ length: 8 }, (_, i) => (i === step ? 40 : 0));
const sides = (...steps: number[]) => steps.flatMap(bins);

const SIDE_CELL = (() => {
  const scores = [64, 16, 4, 1].map((count) => zeros(count, 3) as number[][]);
  const boxes = [64, 16, 4, 1].map((count) => zeros(count, 32) as number[][]);
  // Stride 8, the cell at 2, 3, with its centre at 20, 28: two steps to the left and so on.
  scores[0]![3 * 8 + 2] = [0.9, 0, 0];
  boxes[0]![3 * 8 + 2] = sides(1, 1, 1, 1);
  return { scores, boxes };
})();

const wrap = (value: Nested): Nested => [value];

/** Every layout that is recognised without a statement, and then those that need one. */
export const LAYOUTS: readonly LayoutCase[] = [
  layout("yolox", "of own classes", {
    statement: { classes: CLASSES },
    outputs: { output: wrap(rowsOf(CELLS, 8, { 0: [1, 1, 0, 0, 0.9, 1, 0, 0] })) },
    rows: [[4, 4, 12, 12, 0.9, 0]],
  }),
  layout("yolov8", "detect", {
    ...ultralytics("detect"),
    outputs: { output0: wrap(turned(rowsOf(CELLS, 7, DENSE))) },
    rows: TWO,
  }),
  layout("yolov8", "transposed", {
    ...ultralytics("detect"),
    outputs: { output0: wrap(rowsOf(CELLS, 7, DENSE)) },
    rows: TWO,
  }),
  layout("end-to-end", "YOLOv10 and YOLO26", {
    ...ultralytics("detect", { end2end: "True" }),
    outputs: { output0: wrap(rowsOf(300, 6, OBJECTS)) },
    rows: TWO,
  }),
  layout("yolov8-seg", "segment", {
    ...ultralytics("segment"),
    outputs: { output0: wrap(turned(rowsOf(CELLS, 7 + 4, DENSE))), output1: zeros(1, 4, 16, 16) },
    rows: TWO,
  }),
  layout("end-to-end-seg", "segment", {
    ...ultralytics("segment", { end2end: "True" }),
    outputs: { output0: wrap(rowsOf(300, 6 + 4, OBJECTS)), output1: zeros(1, 4, 16, 16) },
    rows: TWO,
  }),
  layout("yolov8-pose", "pose", {
    ...ultralytics("pose", { kpt_shape: "[2, 3]" }),
    outputs: { output0: wrap(turned(rowsOf(CELLS, 7 + 6, DENSE))) },
    rows: TWO,
  }),
  layout("end-to-end-pose", "pose", {
    ...ultralytics("pose", { kpt_shape: "[2, 3]", end2end: "True" }),
    outputs: { output0: wrap(rowsOf(300, 6 + 6, OBJECTS)) },
    rows: TWO,
  }),
  layout("yolov8-obb", "obb", {
    ...ultralytics("obb"),
    outputs: { output0: wrap(turned(rowsOf(CELLS, 8, DENSE))) },
    rows: TWO,
  }),
  layout("end-to-end-obb", "obb", {
    ...ultralytics("obb", { end2end: "True" }),
    outputs: {
      output0: wrap(rowsOf(300, 7, { 0: [20, 30, 20, 20, 0.9, 0, 0], 1: [50, 16, 16, 20, 0.8, 2, Math.PI / 2] })),
    },
    rows: TWO,
  }),
  layout("yolov5", "detect", {
    metadata: { stride: "32", names: NAMES },
    outputs: {
      output0: wrap(rowsOf(CELLS * 3, 8, { 0: [...CENTRES[0]!, 0.9, 1, 0, 0], 5: [...CENTRES[1]!, 0.8, 0, 0, 1] })),
    },
    rows: TWO,
  }),
  layout("yolov5-seg", "segment", {
    statement: { classes: CLASSES },
    outputs: {
      output0: wrap(rowsOf(CELLS * 3, 8 + 4, { 0: [...CENTRES[0]!, 0.9, 1, 0, 0], 5: [...CENTRES[1]!, 0.8, 0, 0, 1] })),
      output1: zeros(1, 4, 16, 16),
    },
    rows: TWO,
  }),
  layout("yolov7-end2end", "rows of the batch", {
    statement: { classes: CLASSES },
    outputs: {
      output: TWO.map(([x1 = 0, y1 = 0, x2 = 0, y2 = 0, score = 0, id = 0]) => [0, x1, y1, x2, y2, id, score]),
    },
    rows: TWO,
  }),
  layout("yolo-nas", "boxes first", {
    outputs: {
      boxes: wrap(rowsOf(CELLS, 4, { 0: TWO[0]!.slice(0, 4), 7: TWO[1]!.slice(0, 4) })),
      classes: wrap(rowsOf(CELLS, 3, { 0: [0.9, 0, 0], 7: [0, 0, 0.8] })),
    },
    rows: TWO,
  }),
  layout("yolo-nas", "scores first", {
    outputs: {
      "904": wrap(rowsOf(CELLS, 3, { 0: [0.9, 0, 0], 7: [0, 0, 0.8] })),
      "905": wrap(rowsOf(CELLS, 4, { 0: TWO[0]!.slice(0, 4), 7: TWO[1]!.slice(0, 4) })),
    },
    rows: TWO,
  }),
  layout("yolo-nas-nms", "flat", {
    statement: { classes: CLASSES },
    outputs: { graph2_flat_predictions: TWO.map((row) => [0, ...row]) },
    rows: TWO,
  }),
  layout("yolo-nas-nms", "batch", {
    statement: { classes: CLASSES },
    types: { num_predictions: "int64", pred_classes: "int64" },
    outputs: {
      num_predictions: [[2]],
      pred_boxes: wrap([...TWO.map((row) => row.slice(0, 4)), [1, 1, 2, 2]]),
      pred_scores: [[0.9, 0.8, 0.7]],
      pred_classes: [[0, 2, 1]],
    },
    rows: TWO,
  }),
  layout("rfdetr", "with a score of no object", {
    outputs: { dets: wrap(QUERIES), labels: wrap(LOGITS(4)) },
    rows: TWO,
  }),
  layout("rfdetr", "without names", { outputs: { o1: wrap(QUERIES), o2: wrap(LOGITS(5)) }, rows: TWO }),
  layout("rfdetr-seg", "third output of a machine-made name", {
    outputs: { dets: wrap(QUERIES), labels: wrap(LOGITS(4)), "4185": zeros(1, 100, 16, 16) },
    rows: TWO,
  }),
  layout("rfdetr-keypoints", "two points", {
    outputs: { dets: wrap(QUERIES), labels: wrap(LOGITS(4)), keypoints: zeros(1, 100, 8, 8) },
  }),
  layout("hf-detr", "RT-DETR", {
    input: { name: "pixel_values" },
    outputs: {
      logits: wrap([...LOGITS(3), ...rowsOf(200, 3, {}).map((row) => row.map(() => -9))]),
      pred_boxes: wrap([...QUERIES, ...(zeros(200, 4) as number[][])]),
    },
    rows: TWO,
  }),
  layout("hf-detr", "DETR, whose last logit is for no object", {
    input: { name: "pixel_values" },
    extra: [{ name: "pixel_mask", elementType: "int64", shape: [1, 64, 64] }],
    outputs: {
      logits: wrap(
        rowsOf(100, 4, { 0: SHARES_OF_LOGITS(0.9, 0), 1: SHARES_OF_LOGITS(0.8, 2) }).map((row, i) =>
          i > 1 ? [0, 0, 0, 9] : row,
        ),
      ),
      pred_boxes: wrap(QUERIES),
    },
    rows: TWO,
  }),
  layout("rt-detr", "with the size as input", {
    statement: { classes: CLASSES },
    extra: [{ name: "orig_target_sizes", elementType: "int64", shape: [1, 2] }],
    types: { labels: "int64" },
    outputs: {
      labels: [[0, 2, 0]],
      boxes: wrap([...TWO.map((row) => row.slice(0, 4)), [0, 0, 1, 1]]),
      scores: [[0.9, 0.8, 0.1]],
    },
    rows: TWO,
  }),
  layout("rt-detr-ultralytics", "rows of scores", {
    ...ultralytics("detect", { head: "RTDETRDecoder" }),
    outputs: { output0: wrap(rowsOf(300, 7, { 0: [...QUERIES[0]!, 0.9, 0, 0], 1: [...QUERIES[1]!, 0, 0, 0.8] })) },
    rows: TWO,
  }),
  layout("rt-detr-ultralytics", "rows of a score and a class", {
    ...ultralytics("detect", { head: "RTDETRDecoder" }),
    outputs: { output0: wrap(rowsOf(300, 6, { 0: [...QUERIES[0]!, 0.9, 0], 1: [...QUERIES[1]!, 0.8, 2] })) },
    rows: TWO,
  }),
  layout("ssd", "a number of detections", {
    statement: { classes: CLASSES },
    input: { name: "input_tensor:0", elementType: "uint8", shape: [1, 64, 64, 3] },
    outputs: {
      "num_detections:0": [2],
      "detection_boxes:0": wrap([...SHARES.map(([x1 = 0, y1 = 0, x2 = 0, y2 = 0]) => [y1, x1, y2, x2]), [0, 0, 1, 1]]),
      "detection_scores:0": [[0.9, 0.8, 0.7]],
      "detection_classes:0": [[1, 3, 2]],
    },
    rows: TWO,
  }),
  layout("torchvision-detection", "shares of the picture", {
    statement: { classes: CLASSES },
    types: { labels: "int64" },
    outputs: { bboxes: wrap(SHARES), labels: [[1, 3]], scores: [[0.9, 0.8]] },
    rows: TWO,
  }),
  layout("mmdeploy", "a score in each row", {
    statement: { classes: CLASSES },
    types: { labels: "int64" },
    outputs: { dets: wrap(TWO.map((row) => row.slice(0, 5))), labels: [[0, 2]] },
    rows: TWO,
  }),
  layout("nanodet", "maps by name", {
    outputs: Object.fromEntries(
      [8, 16, 32].flatMap((stride, i) => [
        [`cls_pred_stride_${stride}`, wrap(SIDE_CELL.scores[i]!)],
        [`dis_pred_stride_${stride}`, wrap(SIDE_CELL.boxes[i]!)],
      ]),
    ),
    rows: [[11.5, 19.5, 27.5, 35.5, 0.9, 0]],
  }),
  layout("picodet", "maps of scores first", {
    outputs: Object.fromEntries([...SIDE_CELL.scores, ...SIDE_CELL.boxes].map((map, i) => [`map${i}`, wrap(map)])),
    rows: [[12, 20, 28, 36, 0.9, 0]],
  }),
  layout("nanodet-plus", "one output", {
    statement: { classes: CLASSES },
    outputs: {
      output: wrap(
        SIDE_CELL.scores.flatMap((map, i) => map.map((row, cell) => [...row, ...SIDE_CELL.boxes[i]![cell]!])),
      ),
    },
    rows: [[8, 16, 24, 32, 0.9, 0]],
  }),
  layout("fastestdet", "one map", {
    statement: { classes: CLASSES },
    outputs: {
      "758": wrap(
        turned(rowsOf(16, 8, { 5: [1, 0, 0, 0, 0, 0, 1, 0] })).map((plane) =>
          [0, 4, 8, 12].map((at) => plane.slice(at, at + 4)),
        ),
      ),
    },
    rows: [[0, 0, 32, 32, 1, 1]],
  }),
  layout("ultraface", "scores and boxes", {
    input: { shape: [1, 3, 240, 320] },
    outputs: { scores: wrap(rowsOf(4420, 2, { 3: [0, 0.9] })), boxes: wrap(rowsOf(4420, 4, { 3: SHARES[0]! })) },
    rows: [[10, 20, 30, 40, 0.9, 0]],
  }),
  layout("yunet", "of 2023", {
    outputs: Object.fromEntries(
      [64, 16, 4].flatMap((count, i) => [
        [`cls_${8 << i}`, wrap(rowsOf(count, 1, i === 0 ? { 26: [0.81] } : {}))],
        [`obj_${8 << i}`, wrap(rowsOf(count, 1, i === 0 ? { 26: [1] } : {}))],
        [`bbox_${8 << i}`, zeros(1, count, 4)],
        [`kps_${8 << i}`, zeros(1, count, 10)],
      ]),
    ),
    rows: [[12, 20, 20, 28, 0.9, 0]],
  }),
  layout("yunet-priors", "of 2021", {
    // 8x8, 4x4, 2x2 and 1x1 cells with 3, 2, 2 and 3 priors.
    outputs: { loc: zeros(235, 14), conf: rowsOf(235, 2, { 0: [0, 0.81] }), iou: rowsOf(235, 1, { 0: [1] }) },
    rows: [[0, 0, 9, 9, 0.9, 0]],
  }),
  layout("movenet", "one person", {
    input: { elementType: "uint8", shape: [1, 64, 64, 3] },
    outputs: { output: [[Array.from({ length: 17 }, (_, i) => [0.25, i / 16 / 2, 0.5])]] },
  }),
  layout("vitpose", "heat maps", { outputs: { heatmaps: zeros(1, 17, 16, 16) } }),
  layout("rtmpose", "rows of scores", { outputs: { simcc_x: zeros(1, 17, 128), simcc_y: zeros(1, 17, 128) } }),
  layout("semantic-segmentation", "logits", { outputs: { logits: zeros(1, 3, 16, 16) } }),
  layout("semantic-segmentation", "a map of classes", {
    ...ultralytics("semantic"),
    types: { output0: "uint8" },
    outputs: { output0: zeros(1, 64, 64) },
  }),
  layout("depth", "of the input's size", { outputs: { out: zeros(1, 64, 64) } }),
  layout("depth", "by name", { outputs: { predicted_depth: zeros(1, 1, 32, 32) } }),
  layout("l2cs", "angles", { outputs: { output_yaw: [0.1], output_pitch: [0.2] } }),
  layout("l2cs", "bins", { outputs: { pitch: zeros(1, 90), yaw: zeros(1, 90) } }),
  layout("l2cs", "bins of MPIIGaze without names", {
    statement: { family: "l2cs", options: { first: "pitch" } },
    outputs: { a: zeros(1, 28), b: zeros(1, 28) },
  }),
  layout("classification", "softmax at the end", { operators: { probs: "Softmax" }, outputs: { probs: [[1, 2, 3]] } }),
  layout("classification", "names alone", { statement: { classes: CLASSES }, outputs: { logits: [[1, 2, 3]] } }),
  layout("multi-label-classification", "sigmoid at the end", {
    operators: { probs: "Sigmoid" },
    outputs: { probs: [[1, 2, 3]] },
  }),
  { family: "owlv2", name: "as Hugging Face exports it", file: owlDetector(), statement: {} },
  layout("anomaly", "a score and a map", {
    outputs: { pred_score: [0.7], anomaly_map: zeros(1, 1, 64, 64), pred_label: [1] },
  }),
  layout("anomaly", "a map alone", { outputs: { anomaly_map: zeros(1, 1, 64, 64) } }),
  layout("embedding", "by name", { outputs: { embeddings: zeros(1, 256) } }),
  layout("clip", "tower for pictures, by name", { outputs: { image_embeds: zeros(1, 512) } }),
  layout("clip", "tower for pictures, as stated", {
    statement: { family: "clip" },
    outputs: { output: zeros(1, 512) },
  }),
  layout("perception-encoder", "tower for pictures, as stated", {
    statement: { family: "perception-encoder" },
    outputs: { output: zeros(1, 1024) },
  }),
  {
    family: "clip",
    name: "both towers in one file",
    file: bothTowers(),
    statement: { width: 32, height: 32 },
  },
  { family: "text-embedding", name: "as the reference exports it", file: tokenEcho(), statement: {} },
  {
    family: "text-embedding",
    name: "with a mask, as Hugging Face exports it",
    file: tokenEcho({ tokens: freeTokens(), mask: true, output: "text_embeds" }),
    statement: {},
  },
  layout("text-detection", "by name", { outputs: { "sigmoid_0.tmp_0": zeros(1, 1, 64, 64) } }),
  prompted("sam", "sam"),
  prompted("sam", "sam-picture"),
  prompted("sam2", "sam2"),
  prompted("sam2", "sam2-hub"),
  layout("craft", "half as large, channels last", {
    outputs: { output: zeros(1, 32, 32, 2), feature: zeros(1, 32, 32, 32) },
  }),
  layout("craft", "without the features", { outputs: { output: zeros(1, 32, 32, 2) } }),
  layout("text-recognition", "grey lines of EasyOCR", {
    input: { shape: [1, 1, 64, 256] },
    statement: { classes: Array.from({ length: 96 }, (_, i) => String.fromCharCode(32 + i)) },
    outputs: { output: zeros(1, 30, 97) },
  }),
  layout("text-recognition", "an alphabet in the metadata", {
    input: { name: "x", shape: [1, 3, 48, 320] },
    metadata: { character: Array.from({ length: 40 }, (_, i) => String.fromCharCode(65 + i)).join("\n") },
    outputs: { "softmax_11.tmp_0": zeros(1, 40, 42) },
  }),
];
