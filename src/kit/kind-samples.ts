import { pixelsOf } from "../blocks/rasters.ts";
import type { Detection, Detections } from "../kinds/detections.ts";
import type { Image } from "../kinds/image.ts";
import type { KindName } from "../kinds/kinds.ts";
import { maskOf } from "../kinds/mask.ts";

// Values of every kind, made for an image and its frame: what steps and inputs of real workflows bring.

/** Values of a kind in each of its forms; of `*` one of every form there is. */
export function samplesOf(kind: KindName, image: Image): readonly unknown[] {
  if (kind !== "*") return SAMPLES[kind](image);
  return ANY.map((name) => SAMPLES[name](image)[0]);
}

const ANY = [
  "image",
  "instance_segmentation_prediction",
  "keypoint_detection_prediction",
  "classification_prediction",
  "video_metadata",
  "string",
  "boolean",
  "integer",
  "float",
  "dictionary",
  "list_of_values",
  "zone",
  "embedding",
  "timestamp",
  "bytes",
] as const satisfies readonly KindName[];

/** Root pictures of a camera: blocks of colour that move from frame to frame. */
export function pictureOf(source: string, frameNumber: number): Image {
  const [width, height] = [64, 48];
  const rgb = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
    return ((Math.floor((x + frameNumber) / 8) + Math.floor(y / 8)) * 47 + (at % 3) * 60) % 256;
  });
  const video = {
    videoIdentifier: source,
    frameNumber,
    frameTimestamp: 1_700_000_000_000 + frameNumber * 40,
    fps: 25,
    measuredFps: 24.9,
    comesFromVideoFile: false,
  };
  const root = { id: source, width, height, offsetX: 0, offsetY: 0 };
  const pixels = { type: "owned", rgb, width, height } as const;
  return { kind: "image", width, height, pixels, parentId: source, parent: null, root, video };
}

type Known = Exclude<KindName, "*">;
type Samples = (image: Image) => readonly unknown[];

const text: Samples = () => ["person", ""];
const objects: Samples = (image) => [found(image), found(image, () => ({}), 0)];
const masks: Samples = (image) => [found(image, (box) => ({ mask: ellipse(box) })), found(image, () => ({}), 0)];
const codes: Samples = (image) => [found(image, () => ({ data: { data: "https://example.com" } }))];

const SAMPLES: { readonly [K in Known]: Samples } = {
  image: (image) => [image, grey(image), cropped(image)],
  video_metadata: ({ video }) => [video],
  object_detection_prediction: objects,
  instance_segmentation_prediction: masks,
  rle_instance_segmentation_prediction: masks,
  semantic_segmentation_prediction: masks,
  keypoint_detection_prediction: (image) => [found(image, (box) => ({ keypoints: corners(box) }))],
  qr_code_detection: codes,
  bar_code_detection: codes,
  detection: (image) => [found(image).items[0]],
  classification_prediction: (image) => [singleLabel(image), multiLabel(image)],
  action_recognition_prediction: (image) => [singleLabel(image)],
  detections_overlaps: () => [[[0, 1]]],
  boolean: () => [true, false],
  integer: () => [2, 0, -3],
  float: () => [0.5, -2.25],
  float_zero_to_one: () => [0.5, 0, 1],
  string: text,
  dictionary: () => [{ class: "person", count: 2 }, {}],
  list_of_values: (image) => [["a", "b"], [1, 2], [found(image), found(image)], []],
  top_class: () => ["person", ["person", "car"]],
  prediction_type: () => ["object-detection"],
  parent_id: ({ parentId }) => [parentId],
  inference_id: () => ["5f3c8a52-0b1e-4a5f-9c55-3e9f4a1f9d10"],
  language_model_output: () => ['{"class": "person", "confidence": 0.5}', "no JSON"],
  roboflow_model_id: () => ["coco/1"],
  roboflow_project: () => ["coco"],
  roboflow_solution: () => ["workspace/solution"],
  roboflow_api_key: () => ["key"],
  ROBOFLOW_MANAGED_KEY: () => ["rf_key:account"],
  secret: () => ["a secret of the user"],
  timestamp: ({ video }) => [new Date(video?.frameTimestamp ?? 0)],
  bytes: () => [Uint8Array.of(1, 2, 3)],
  rgb_color: () => ["#FF8000", [255, 128, 0], "rgb(255, 128, 0)", "red"],
  zone: () => [
    [
      [4, 4],
      [40, 4],
      [40, 40],
      [4, 40],
    ],
  ],
  point: () => [[10, 12]],
  labeled_points: () => [[{ x: 10, y: 12, positive: true }]],
  contours: () => [
    [
      [
        [4, 4],
        [20, 4],
        [20, 20],
      ],
    ],
  ],
  numpy_array: () => [
    [
      [1, 2],
      [3, 4],
    ],
  ],
  tensor: () => [Float32Array.of(0.5, 0.25)],
  embedding: () => [[0.6, 0.8], Float32Array.of(0.6, 0.8)],
  image_keypoints: () => [[{ x: 10, y: 12 }]],
  image_metadata: ({ width, height }) => [{ width, height }],
  serialised_payloads: () => [{ predictions: [] }],
};

/** A person and a car, tracked. */
function found(image: Image, extra: (box: Box) => Partial<Detection> = () => ({}), count = 2): Detections {
  const { width, height, parentId, parent, root } = image;
  const shift = (image.video?.frameNumber ?? 0) % 4;
  const boxes: Box[] = [
    [4 + shift, 4, 24 + shift, 30],
    [20, 16 + shift, 44, 40 + shift],
  ];
  const items = boxes.slice(0, count).map((box, i): Detection => {
    const known = { detectionId: `${parentId}-${shift}-${i}`, trackerId: i + 1, ...extra(box) };
    return { box, confidence: 0.9 - i / 10, class: i === 0 ? "person" : "car", classId: i, ...known };
  });
  return { kind: "detections", items, width, height, parentId, parent, root, inferenceId: `${parentId}-${shift}` };
}

type Box = Detection["box"];

function ellipse([left, top, right, bottom]: Box) {
  const [width, height] = [right - left, bottom - top];
  const pixels = Uint8Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [(at % width) / width - 0.5, Math.floor(at / width) / height - 0.5];
    return x * x + y * y < 0.25 ? 1 : 0;
  });
  return maskOf(pixels, { x: left, y: top, width, height });
}

function corners([left, top, right, bottom]: Box) {
  const points = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ] as const;
  return points.map(([x, y], classId) => ({ x, y, class: `corner-${classId}`, classId, confidence: 0.8 }));
}

function grey(image: Image): Image {
  const { width, height } = image;
  const data = new Uint8Array(width * height).map((_, at) => (at * 7) % 256);
  return { ...image, pixels: pixelsOf({ data, width, height, stride: width, channels: 1 }) };
}

/** Pixels cut from the middle, with their place in the root picture. */
function cropped(image: Image): Image {
  const [width, height] = [24, 16];
  const root = { ...image.root, offsetX: 8, offsetY: 6 };
  const rgb = new Uint8Array(width * height * 3).map((_, at) => (at * 11) % 256);
  const pixels = { type: "owned", rgb, width, height } as const;
  return { ...image, width, height, pixels, parentId: `${image.parentId}-crop`, parent: root, root };
}

function singleLabel({ width, height, parentId, root }: Image) {
  const predictions = [
    { class: "person", class_id: 0, confidence: 0.75 },
    { class: "car", class_id: 1, confidence: 0.25 },
  ];
  const origin = { parent_id: parentId, root_parent_id: root.id, inference_id: "i", prediction_type: "classification" };
  return { image: { width, height }, predictions, top: "person", confidence: 0.75, ...origin };
}

function multiLabel(image: Image) {
  const { top: _, confidence: __, ...rest } = singleLabel(image);
  const predictions = { person: { class_id: 0, confidence: 0.75 }, car: { class_id: 1, confidence: 0.25 } };
  return { ...rest, predictions, predicted_classes: ["person"] };
}
