import type { OutputTensor } from "../inference/families/family.ts";
import {
  centred,
  classScores,
  cornered,
  logit,
  OBJECTS,
  type Rows,
  rowsTensor,
  type SceneObject,
  sceneObject,
} from "./decode-outputs.ts";

/** A published layout with outputs of its usual size. */
export interface DecodeCase {
  family: string;
  /** Side of the input in pixels, or its width and height. */
  side: number;
  height?: number;
  classes: number;
  metadata?: Record<string, string>;
  outputs: Readonly<Record<string, OutputTensor>>;
}

/** Cells that answer for one object before suppression. */
const DENSE = OBJECTS * 12;
const LOW = [0.001, 0.02, 0.004, 0.05, 0.012];
const LOW_LOGITS = [-6, -4.5, -7, -5, -8];

type Making = Pick<Rows, "values"> & Partial<Rows>;

function table(rows: number, columns: number, { isTurned = false, ...making }: Making): OutputTensor {
  const dims = isTurned ? [1, columns, rows] : [1, rows, columns];
  return rowsTensor({ dims, rows, columns, isTurned, hits: DENSE, idle: LOW, ...making });
}

/** One answer for each object: what suppresses inside, and sets of queries. */
const ONCE = { hits: OBJECTS };
const scores =
  (side: number, classes = 80) =>
  (object: SceneObject) => [...centred(object, side), ...classScores(object, classes)];
const objectness = (side: number) => (object: SceneObject) => [
  ...centred(object, side),
  object.score,
  ...classScores(object, 80, 0.97),
];
const bins = (step: number) => Array.from({ length: 8 }, (_, i) => (i === step ? 4 : 0));
const sides = () => [5, 5, 5, 5].flatMap(bins);
const queries = (count: number) => table(count, 4, { ...ONCE, values: (object) => centred(object, 1) });
const queryLogits = (count: number, classes: number) =>
  table(count, classes, {
    ...ONCE,
    idle: LOW_LOGITS,
    values: (object) => classScores(object, classes, logit(object.score), -6),
  });
/** Slow waves, whose sums are masks with smooth outlines. */
const prototypes = (): OutputTensor => ({
  data: Float32Array.from({ length: 32 * 160 * 160 }, (_, i) => {
    const [plane, y, x] = [Math.floor(i / 25_600), Math.floor(i / 160) % 160, i % 160];
    return Math.sin(((plane % 5) * x + (plane % 3) * y) / 60 + plane);
  }),
  dims: [1, 32, 160, 160],
});
/** An ellipse around each object. */
const ellipses = (count: number, side: number): OutputTensor => ({
  data: Float32Array.from({ length: count * side * side }, (_, i) => {
    const object = sceneObject(Math.floor(((Math.floor(i / side ** 2) + 0.5) * OBJECTS) / count));
    const [dx, dy] = [(i % side) / side - object.x, (Math.floor(i / side) % side) / side - object.y];
    return 4 * (1 - ((2 * dx) / object.width) ** 2 - ((2 * dy) / object.height) ** 2);
  }),
  dims: [1, count, side, side],
});
const coefficients = () => Array.from({ length: 32 }, (_, i) => (i % 3) - 0.7);
/** Square maps of a pyramid; nearly all objects answer on the finest. */
const maps = (cells: readonly number[]) =>
  cells.map((count, i) => ({ count, stride: 8 << i, hit: { hits: i === 0 ? DENSE : 1, across: Math.sqrt(count) } }));

export const DETECTORS: Readonly<Record<string, () => DecodeCase>> = {
  yolov8: () => ({
    ...of("yolov8", 640),
    outputs: { output0: table(8400, 84, { isTurned: true, values: scores(640) }) },
  }),
  yolov5: () => ({ ...of("yolov5", 640), outputs: { output0: table(25_200, 85, { values: objectness(640) }) } }),
  yolox: () => ({
    ...of("yolox", 640),
    outputs: {
      output: table(8400, 85, {
        across: 80,
        values: (object) => [0, 0, 2.6, 2.9, object.score, ...classScores(object, 80, 0.97)],
      }),
    },
  }),
  yolo_nas: () => ({
    ...of("yolo-nas", 640),
    outputs: {
      boxes: table(8400, 4, { values: (object) => cornered(object, 640) }),
      scores: table(8400, 80, { values: (object) => classScores(object, 80) }),
    },
  }),
  end_to_end: () => ({
    ...of("end-to-end", 640),
    outputs: {
      output0: table(300, 6, { ...ONCE, values: (object) => [...cornered(object, 640), object.score, object.classId] }),
    },
  }),
  rfdetr: () => ({ ...of("rfdetr", 560), outputs: { dets: queries(300), labels: queryLogits(300, 91) } }),
  hf_detr: () => ({ ...of("hf-detr", 640), outputs: { logits: queryLogits(300, 80), pred_boxes: queries(300) } }),
  rt_detr_ultralytics: () => ({
    ...of("rt-detr-ultralytics", 640),
    outputs: { output0: table(300, 84, { ...ONCE, values: scores(1) }) },
  }),
  ssd: () => ({
    ...of("ssd", 320),
    outputs: {
      detection_boxes: table(100, 4, { ...ONCE, values: (object) => cornered(object, 1) }),
      detection_scores: flat(100, (object) => object.score),
      detection_classes: flat(100, () => 1),
    },
  }),
  nanodet: () => ({
    ...of("nanodet", 416),
    outputs: Object.fromEntries(
      maps([2704, 676, 169]).flatMap(({ count, stride, hit }) => [
        [`cls_pred_stride_${stride}`, table(count, 80, { ...hit, values: (object) => classScores(object, 80) })],
        [`dis_pred_stride_${stride}`, table(count, 32, { ...hit, values: sides })],
      ]),
    ),
  }),
  nanodet_plus: () => ({
    ...of("nanodet-plus", 416),
    outputs: { output: table(3598, 112, { across: 52, values: (object) => [...classScores(object, 80), ...sides()] }) },
  }),
  picodet: () => ({
    ...of("picodet", 416),
    outputs: Object.fromEntries([
      ...maps([2704, 676, 169, 49]).map(({ count, hit }, i) => [
        `map${i}`,
        table(count, 80, { ...hit, values: (object) => classScores(object, 80) }),
      ]),
      ...maps([2704, 676, 169, 49]).map(({ count, hit }, i) => [
        `map${i + 4}`,
        table(count, 32, { ...hit, values: sides }),
      ]),
    ]),
  }),
  fastestdet: () => ({
    ...of("fastestdet", 352),
    outputs: {
      "758": {
        ...table(484, 85, {
          isTurned: true,
          hits: 60,
          across: 22,
          values: (object) => [object.score, 0, 0, -1, -1, ...classScores(object, 80, 0.95)],
        }),
        dims: [1, 85, 22, 22],
      },
    },
  }),
  ultraface: () => ({
    ...of("ultraface", 320, 1),
    height: 240,
    outputs: {
      scores: table(4420, 2, { values: (object) => [1 - object.score, object.score] }),
      boxes: table(4420, 4, { values: (object) => cornered(object, 1) }),
    },
  }),
  yunet: () => ({
    ...of("yunet", 640, 1),
    outputs: Object.fromEntries(
      maps([6400, 1600, 400]).flatMap(({ count, stride, hit }) => [
        [`cls_${stride}`, table(count, 1, { ...hit, values: (object) => [object.score] })],
        [`obj_${stride}`, table(count, 1, { ...hit, values: (object) => [object.score] })],
        [`bbox_${stride}`, table(count, 4, { ...hit, values: () => [0, 0, 2.6, 2.9] })],
        [`kps_${stride}`, table(count, 10, { ...hit, values: () => [0.5] })],
      ]),
    ),
  }),
  yolov8_pose: () => ({
    ...of("yolov8-pose", 640, 1),
    metadata: { author: "Ultralytics", task: "pose", kpt_shape: "[17, 3]" },
    outputs: {
      output0: table(8400, 56, {
        isTurned: true,
        values: (object) => [...centred(object, 640), object.score, ...new Array<number>(51).fill(0.6)],
      }),
    },
  }),
  yolov8_obb: orientedYolov8,
};

export const SEGMENTERS: Readonly<Record<string, () => DecodeCase>> = {
  yolov8_obb: orientedYolov8,
  yolov8_seg: () => ({
    ...of("yolov8-seg", 640),
    outputs: {
      output0: table(8400, 116, { isTurned: true, values: (object) => [...scores(640)(object), ...coefficients()] }),
      output1: prototypes(),
    },
  }),
  yolov5_seg: () => ({
    ...of("yolov5-seg", 640),
    outputs: {
      output0: table(25_200, 117, { values: (object) => [...objectness(640)(object), ...coefficients()] }),
      output1: prototypes(),
    },
  }),
  rfdetr_seg: () => ({
    ...of("rfdetr-seg", 432),
    outputs: {
      dets: queries(100),
      labels: queryLogits(100, 91),
      masks: ellipses(100, 108),
    },
  }),
};

function orientedYolov8(): DecodeCase {
  return {
    ...of("yolov8-obb", 640, 15),
    outputs: { output0: table(8400, 20, { isTurned: true, values: (object) => [...scores(640, 15)(object), 0.4] }) },
  };
}

function of(family: string, side: number, classes = 80): Omit<DecodeCase, "outputs"> {
  return { family, side, classes };
}

function flat(count: number, value: (object: SceneObject) => number): OutputTensor {
  return { ...table(count, 1, { ...ONCE, values: (object) => [value(object)] }), dims: [1, count] };
}
