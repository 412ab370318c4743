import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inspectModel } from "../src/inference/inspect.ts";
import { openModel } from "../src/inference/open-model.ts";
import { type PixelArea, resample } from "../src/inference/resample.ts";
import { fitting, letterbox } from "../src/kinds/frame.ts";
import { boxesOf } from "../test/helpers/boxes-of.ts";

// Prints what each way to scale pictures to a model's input costs and finds: AP over the COCO pictures, recall over the synthetic
// sequence of the test assets. `npx tsx bench/scaling.ts [model…]`

const ASSETS = process.env["MILLRACE_ASSETS"] ?? fileURLToPath(new URL("../../shared/assets", import.meta.url));
const WAYS = ["millrace", "bilinear", "area", "bicubic", "fast_bilinear"];

interface Truth {
  box: readonly [number, number, number, number];
  name: string;
  isCrowd: boolean;
}

interface Picture {
  file: string;
  /** Frame of a video, null for a picture. */
  frames: number | null;
  width: number;
  height: number;
}

interface Found extends Truth {
  score: number;
}

const models = process.argv.length > 2 ? process.argv.slice(2) : ["yolox-nano-416", "coco-v8layout-416"];
for (const model of models) {
  for (const way of WAYS) {
    const detect = await open(model, way);
    const [ap, ap50] = await averagePrecision(detect);
    const recall = await sequenceRecall(detect);
    process.stdout.write(`${model} ${way}: AP ${ap} AP50 ${ap50} recall ${recall}\n`);
    await detect.close();
  }
}

/** Boxes of every frame of a picture or a video. */
async function open(model: string, way: string) {
  const description = await inspectModel(`${ASSETS}/models/${model}.onnx`);
  const { input } = description;
  if (input === null) throw new Error(`${model} is of no known family`);
  const size = 3 * input.width * input.height;
  const arena = new SharedArrayBuffer(size);
  const detector = await openModel(description, arena, { providers: ["cpu"] });
  const find = async ({ file, frames, width, height }: Picture, confidence: number): Promise<Found[][]> => {
    const inner = input.fit === "stretch" ? input : letterbox(width, height, input.width, input.height);
    const place = fitting(input.fit, width, height, input.width, input.height);
    const isOwn = way === "millrace";
    const pixelFormat = input.order === "bgr" ? "bgr24" : "rgb24";
    const scaled = isOwn ? { width, height } : inner;
    const raw = decode(file, {
      filter: isOwn
        ? `format=${pixelFormat}`
        : `scale=${inner.width}:${inner.height}:flags=${way},format=${pixelFormat}`,
    });
    const bytes = 3 * scaled.width * scaled.height;
    const found: Found[][] = [];
    for (let frame = 0; frame < (frames ?? 1); frame++) {
      const from = {
        pixels: raw.subarray(frame * bytes, (frame + 1) * bytes),
        offset: 0,
        stride: 3 * scaled.width,
        ...scaled,
      };
      const pixels = new Uint8Array(arena).fill(input.pad);
      const stride = 3 * input.width;
      const to: PixelArea = {
        pixels,
        offset: place.offsetY * stride + place.offsetX * 3,
        stride,
        width: inner.width,
        height: inner.height,
      };
      if (isOwn) resample(from, to, false);
      else copy(from, to);
      const parameters = {
        confidence,
        iouThreshold: 0.45,
        maxDetections: 100,
        maxCandidates: 3000,
        classAgnostic: false,
        classFilter: null,
      };
      const { rows } = await boxesOf(detector, [{ source: { type: "fitted", offset: 0 }, width, height, parameters }]);
      found.push(objects(rows[0] ?? new Float32Array(), description.classes));
    }
    return found;
  };
  return Object.assign(find, { close: () => detector.close() });
}

type Detect = Awaited<ReturnType<typeof open>>;

function decode(file: string, { filter }: { filter: string }): Buffer {
  const options = ["-v", "error", "-i", file, "-vf", filter, "-f", "rawvideo", "-"];
  return execFileSync("ffmpeg", options, { maxBuffer: 2 ** 31 });
}

function copy(from: PixelArea, to: PixelArea): void {
  for (let y = 0; y < to.height; y++) {
    const row = from.pixels.subarray(y * from.stride, y * from.stride + 3 * to.width);
    to.pixels.set(row, to.offset + y * to.stride);
  }
}

function objects(rows: Float32Array, classes: readonly string[]): Found[] {
  return Array.from({ length: rows.length / 6 }, (_, i) => {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, score = 0, index = 0] = rows.subarray(6 * i, 6 * i + 6);
    return { box: [x1, y1, x2, y2], score, name: classes[index] ?? "", isCrowd: false };
  });
}

/** As pycocotools does: mean over classes and thresholds of the precision at 101 recalls. */
async function averagePrecision(detect: Detect): Promise<[string, string]> {
  const coco = JSON.parse(readFileSync(`${ASSETS}/coco/instances.json`, "utf8"));
  const names = new Map(coco.categories.map(({ id, name }: { id: number; name: string }) => [id, name]));
  const results: { truth: Truth[]; found: Found[] }[] = [];
  for (const { id, file_name, width, height } of coco.images) {
    const own = coco.annotations.filter(({ image_id }: { image_id: number }) => image_id === id);
    const truth = own.map(({ bbox: [x, y, w, h], category_id, iscrowd }: Annotation): Truth => {
      return { box: [x, y, x + w, y + h], name: String(names.get(category_id)), isCrowd: iscrowd === 1 };
    });
    const picture = { file: `${ASSETS}/coco/images/${file_name}`, frames: null, width, height };
    const [found = []] = await detect(picture, 0.01);
    results.push({ truth, found });
  }
  const classes = [
    ...new Set(results.flatMap(({ truth }) => truth.filter((one) => !one.isCrowd).map(({ name }) => name))),
  ];
  const at = (iou: number) => mean(classes.map((name) => classPrecision(results, name, iou)));
  const thresholds = Array.from({ length: 10 }, (_, i) => 0.5 + 0.05 * i);
  return [mean(thresholds.map(at)).toFixed(4), at(0.5).toFixed(4)];
}

interface Annotation {
  bbox: [number, number, number, number];
  category_id: number;
  iscrowd: number;
}

function classPrecision(results: readonly { truth: Truth[]; found: Found[] }[], name: string, iou: number): number {
  const marks: { score: number; isRight: boolean }[] = [];
  let total = 0;
  for (const { truth, found } of results) {
    const wanted = truth.filter((one) => one.name === name);
    total += wanted.filter(({ isCrowd }) => !isCrowd).length;
    const taken = new Set<Truth>();
    for (const one of found.filter((object) => object.name === name).toSorted((a, b) => b.score - a.score)) {
      const free = wanted.filter((object) => !object.isCrowd && !taken.has(object));
      const best = free.toSorted((a, b) => overlap(b.box, one.box) - overlap(a.box, one.box))[0];
      const isRight = best !== undefined && overlap(best.box, one.box) >= iou;
      if (isRight) taken.add(best);
      else if (wanted.some((object) => object.isCrowd && share(one.box, object.box) >= iou)) continue;
      marks.push({ score: one.score, isRight });
    }
  }
  marks.sort((a, b) => b.score - a.score);
  let right = 0;
  const curve = marks.map(({ isRight }, i) => {
    if (isRight) right++;
    return { recall: right / total, precision: right / (i + 1) };
  });
  for (let i = curve.length - 2; i >= 0; i--) {
    const [here, next] = [curve[i], curve[i + 1]];
    if (here !== undefined && next !== undefined) here.precision = Math.max(here.precision, next.precision);
  }
  return mean(Array.from({ length: 101 }, (_, i) => curve.find(({ recall }) => recall >= i / 100)?.precision ?? 0));
}

/** Share of the visible persons that are found at the usual confidence. */
async function sequenceRecall(detect: Detect): Promise<string> {
  const folder = `${ASSETS}/mot/mot-synth-a`;
  const [width, height, frames] = [1280, 720, 400];
  const found = await detect({ file: `${folder}/mot-synth-a.mp4`, frames, width, height }, 0.4);
  let [seen, all] = [0, 0];
  const taken = new Map<number, Set<Found>>();
  for (const line of readFileSync(`${folder}/gt/gt.txt`, "utf8").trim().split("\n")) {
    const [frame = 0, , x = 0, y = 0, w = 0, h = 0, flag = 0] = line.split(",").map(Number);
    if (flag !== 1) continue;
    all++;
    const box = [
      Math.max(0, x - 1),
      Math.max(0, y - 1),
      Math.min(width, x - 1 + w),
      Math.min(height, y - 1 + h),
    ] as const;
    const used = taken.get(frame) ?? new Set();
    const match = found[frame - 1]?.find(
      (one) => one.name === "person" && !used.has(one) && overlap(one.box, box) >= 0.5,
    );
    if (match === undefined) continue;
    taken.set(frame, used.add(match));
    seen++;
  }
  return (seen / all).toFixed(4);
}

type Box = Truth["box"];

function overlap(a: Box, b: Box): number {
  const inner = intersection(a, b);
  return inner / (area(a) + area(b) - inner || 1);
}

function share(a: Box, of: Box): number {
  return intersection(a, of) / (area(a) || 1);
}

function intersection(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return width > 0 && height > 0 ? width * height : 0;
}

function area([x1, y1, x2, y2]: Box): number {
  return (x2 - x1) * (y2 - y1);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / (values.length || 1);
}
