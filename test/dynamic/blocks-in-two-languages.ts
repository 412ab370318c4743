import { anything } from "./code-in-a-definition.ts";

// The same blocks in JavaScript and in Python.

type InputName = "predictions" | "image" | "at";

export interface BlockInTwoLanguages {
  name: string;
  /** What flows into it: detections, a picture, and the second of the frame. */
  inputs: readonly InputName[];
  /** Values that its step gives. */
  values?: Record<string, unknown>;
  outputs: readonly string[];
  manifest?: Record<string, unknown>;
  scope?: "step" | "source" | "block";
  javascript: string;
  python: string;
  /** Import lines of the Python. */
  imports?: readonly string[];
  needsNumpy?: boolean;
}

/** Declares inputs that take anything. */
export function anyInputs(names: readonly string[]): Record<string, typeof anything> {
  return Object.fromEntries(names.map((name) => [name, anything]));
}

const overlap: BlockInTwoLanguages = {
  name: "overlap of two classes",
  inputs: ["predictions"],
  values: { class_x: "dog", class_y: "person" },
  outputs: ["overlap"],
  javascript: `
function run({ predictions, class_x, class_y }) {
  const of = (wanted) => predictions.items.filter((item) => item.class === wanted).map(({ box }) => box);
  const overlap = of(class_x).map((x) =>
    of(class_y).map((y) => {
      const width = Math.max(0, Math.min(x[2], y[2]) - Math.max(x[0], y[0]) + 1);
      const height = Math.max(0, Math.min(x[3], y[3]) - Math.max(x[1], y[1]) + 1);
      return (width * height) / ((x[2] - x[0] + 1) * (x[3] - x[1] + 1) + 1e-5);
    }),
  );
  return { overlap };
}`,
  python: `
def run(self, predictions: sv.Detections, class_x: str, class_y: str) -> BlockResult:
    of_x = predictions[predictions.data["class_name"] == class_x]
    of_y = predictions[predictions.data["class_name"] == class_y]
    overlap = []
    for one in of_x:
        x = one[0]
        row = []
        for other in of_y:
            y = other[0]
            width = max(0, min(x[2], y[2]) - max(x[0], y[0]) + 1)
            height = max(0, min(x[3], y[3]) - max(x[1], y[1]) + 1)
            row.append(width * height / ((x[2] - x[0] + 1) * (x[3] - x[1] + 1) + 1e-5))
        overlap.append(row)
    return {"overlap": overlap}
`,
};

const counter: BlockInTwoLanguages = {
  name: "counter with the previous result",
  inputs: ["predictions"],
  outputs: ["run_count", "current", "previous"],
  javascript: `
let count = 0;
let last = null;
function run({ predictions }) {
  count += 1;
  const previous = last;
  last = predictions.items.length * 2;
  return { run_count: count, current: last, previous };
}`,
  python: `
count = 0
last = None
def run(self, predictions):
    global count, last
    count += 1
    previous = last
    last = len(predictions) * 2
    return {"run_count": count, "current": last, "previous": previous}
`,
};

const dwell: BlockInTwoLanguages = {
  name: "dwell time by tracker id",
  inputs: ["predictions", "at"],
  values: { forget_after: 0.3 },
  outputs: ["dwell", "known"],
  scope: "source",
  javascript: `
const seen = new Map();
function run({ predictions, at, forget_after }) {
  for (const { trackerId } of predictions.items) seen.set(trackerId, { first: seen.get(trackerId)?.first ?? at, last: at });
  for (const [id, { last }] of seen) if (at - last > forget_after) seen.delete(id);
  const dwell = predictions.items.map(({ trackerId }) => [trackerId, at - seen.get(trackerId).first]);
  return { dwell, known: [...seen.keys()].sort((a, b) => a - b) };
}`,
  python: `
seen = {}
def run(self, predictions, at, forget_after):
    ids = [] if predictions.tracker_id is None else [int(i) for i in predictions.tracker_id]
    for tracker_id in ids:
        first, _ = seen.get(tracker_id, (at, at))
        seen[tracker_id] = (first, at)
    for tracker_id, (_, last) in list(seen.items()):
        if at - last > forget_after:
            del seen[tracker_id]
    return {"dwell": [[i, at - seen[i][0]] for i in ids], "known": sorted(seen)}
`,
};

const average: BlockInTwoLanguages = {
  name: "moving average",
  inputs: ["predictions"],
  values: { window: 5 },
  outputs: ["count", "confidence"],
  scope: "source",
  imports: ["from collections import deque"],
  javascript: `
const recent = [];
const mean = (numbers) => (numbers.length === 0 ? null : numbers.reduce((sum, one) => sum + one, 0) / numbers.length);
function run({ predictions, window }) {
  recent.push(predictions.items.map((item) => item.confidence));
  if (recent.length > window) recent.shift();
  return { count: mean(recent.map((one) => one.length)), confidence: mean(recent.flat()) };
}`,
  python: `
recent = deque()
def mean(numbers):
    return sum(numbers) / len(numbers) if numbers else None
def run(self, predictions, window):
    recent.append([float(one) for one in predictions.confidence])
    if len(recent) > window:
        recent.popleft()
    every = [one for confidences in recent for one in confidences]
    return {"count": mean([len(one) for one in recent]), "confidence": mean(every)}
`,
};

const zone: BlockInTwoLanguages = {
  name: "count by class in a zone",
  inputs: ["predictions"],
  values: {
    polygon: [
      [40, 60],
      [600, 100],
      [500, 440],
      [320, 250],
      [90, 460],
    ],
  },
  outputs: ["total", "counts"],
  javascript: `
const isInside = (polygon, x, y) => {
  let inside = false;
  polygon.forEach(([ax, ay], i) => {
    const [bx, by] = polygon[(i + 1) % polygon.length];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  });
  return inside;
};
function run({ predictions, polygon }) {
  const inside = predictions.items.filter(({ box }) => isInside(polygon, (box[0] + box[2]) / 2, box[3]));
  const counts = {};
  for (const item of inside) counts[item.class] = (counts[item.class] ?? 0) + 1;
  return { total: inside.length, counts };
}`,
  python: `
def is_inside(polygon, x, y):
    inside = False
    for i, (ax, ay) in enumerate(polygon):
        bx, by = polygon[(i + 1) % len(polygon)]
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside
def run(self, predictions, polygon):
    counts = {}
    for box, _, _, _, _, data in predictions:
        if is_inside(polygon, (box[0] + box[2]) / 2, box[3]):
            name = str(data["class_name"])
            counts[name] = counts.get(name, 0) + 1
    return {"total": sum(counts.values()), "counts": counts}
`,
};

const filter: BlockInTwoLanguages = {
  name: "filter by class and confidence",
  inputs: ["predictions"],
  values: { classes: ["dog", "cat"], least: 0.4 },
  outputs: ["predictions"],
  javascript: `
function run({ predictions, classes, least }) {
  const items = predictions.items.filter((item) => item.confidence >= least && classes.includes(item.class));
  return { predictions: { ...predictions, items } };
}`,
  python: `
def run(self, predictions, classes, least):
    confident = predictions[predictions.confidence >= least]
    wanted = [i for i, name in enumerate(confident.data["class_name"]) if name in classes]
    return {"predictions": confident[wanted]}
`,
};

const remap: BlockInTwoLanguages = {
  name: "other labels",
  inputs: ["predictions"],
  values: { labels: { dog: "animal", cat: "animal", person: "human" } },
  outputs: ["predictions"],
  javascript: `
function run({ predictions, labels }) {
  const names = [...new Set(Object.values(labels))];
  const items = predictions.items.map((item) => {
    const name = labels[item.class] ?? item.class;
    return { ...item, class: name, classId: names.indexOf(name) };
  });
  return { predictions: { ...predictions, items } };
}`,
  python: `
def run(self, predictions, labels):
    known = list(dict.fromkeys(labels.values()))
    names = [labels.get(name, str(name)) for name in predictions.data["class_name"]]
    predictions["class_name"] = names
    predictions.class_id = [known.index(name) if name in known else -1 for name in names]
    return {"predictions": predictions}
`,
};

const smooth: BlockInTwoLanguages = {
  name: "smoothed boxes and speeds by tracker id",
  inputs: ["predictions"],
  values: { share: 0.25 },
  outputs: ["predictions"],
  scope: "source",
  javascript: `
const boxes = new Map();
function run({ predictions, share }) {
  const items = predictions.items.map((item) => {
    const last = boxes.get(item.trackerId) ?? item.box;
    const box = item.box.map((value, i) => last[i] + share * (value - last[i]));
    boxes.set(item.trackerId, box);
    return { ...item, box, data: { ...item.data, speed: Math.hypot(box[0] - last[0], box[1] - last[1]) } };
  });
  return { predictions: { ...predictions, items } };
}`,
  python: `
boxes = {}
def run(self, predictions, share):
    smoothed, speeds = [], []
    for box, _, _, _, tracker_id, _ in predictions:
        box = [float(value) for value in box]
        last = boxes.get(int(tracker_id), box)
        box = [before + share * (value - before) for value, before in zip(box, last)]
        boxes[int(tracker_id)] = box
        smoothed.append(box)
        speeds.append(math.hypot(box[0] - last[0], box[1] - last[1]))
    predictions.xyxy = smoothed
    predictions["speed"] = speeds
    return {"predictions": predictions}
`,
};

const brightness: BlockInTwoLanguages = {
  name: "brightness of a picture",
  inputs: ["image"],
  outputs: ["brightness", "channels", "size"],
  needsNumpy: true,
  javascript: `
function run({ image }, { pixels }) {
  const { rgb, stride, width, height } = pixels.view(image);
  const sums = [0, 0, 0];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) sums[c] += rgb[y * stride + 3 * x + c];
  const [red, green, blue] = sums.map((sum) => sum / (width * height));
  return { brightness: 0.299 * red + 0.587 * green + 0.114 * blue, channels: { red, green, blue }, size: [width, height] };
}`,
  python: `
def run(self, image: WorkflowImageData) -> BlockResult:
    height, width, _ = image.numpy_image.shape
    blue, green, red = image.numpy_image.reshape(-1, 3).mean(axis=0)
    brightness = 0.299 * red + 0.587 * green + 0.114 * blue
    return {"brightness": brightness, "channels": {"red": red, "green": green, "blue": blue}, "size": (width, height)}
`,
};

const each: BlockInTwoLanguages = {
  name: "an element for each object, one level down",
  inputs: ["predictions"],
  outputs: ["object", "area"],
  manifest: { output_dimensionality_offset: 1 },
  javascript: `
function run({ predictions }) {
  return predictions.items.map(({ box, class: name, trackerId }, i) => ({
    object: i + ": " + name + " " + trackerId,
    area: (box[2] - box[0]) * (box[3] - box[1]),
  }));
}`,
  python: `
def run(self, predictions):
    areas = predictions.box_area
    names = predictions.data["class_name"]
    return [
        {"object": f"{i}: {names[i]} {predictions.tracker_id[i]}", "area": areas[i]}
        for i in range(len(predictions))
    ]
`,
};

const batch: BlockInTwoLanguages = {
  name: "share of the objects of a whole batch",
  inputs: ["predictions", "at"],
  outputs: ["share", "batch"],
  manifest: { accepts_batch_input: true, batch_oriented_parameters: ["predictions", "at"] },
  javascript: `
let batches = 0;
function run({ predictions, at }) {
  batches += 1;
  const total = predictions.reduce((sum, { items }) => sum + items.length, 0);
  return predictions.map(({ items }, i) => ({ share: total === 0 ? 0 : items.length / total, batch: [batches, at[i]] }));
}`,
  python: `
batches = 0
def run(self, predictions: Batch, at: Batch) -> BlockResult:
    global batches
    batches += 1
    total = sum(len(one) for one in predictions)
    return [
        {"share": len(one) / total if total else 0, "batch": [batches, second]} for one, second in zip(predictions, at)
    ]
`,
};

export const BLOCKS_IN_TWO_LANGUAGES: readonly BlockInTwoLanguages[] = [
  overlap,
  counter,
  dwell,
  average,
  zone,
  filter,
  remap,
  smooth,
  brightness,
  each,
  batch,
];
