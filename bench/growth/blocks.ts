import { BLOCKS } from "../../src/blocks/block-list.ts";
import type { Block } from "../../src/blocks/contract/block.ts";
import type { Detection, Detections } from "../../src/kinds/detections.ts";
import type { Image } from "../../src/kinds/image.ts";
import { maskOf } from "../../src/kinds/mask.ts";
import { type Bring, candidatesOf, exampleWorkflow, sourcesOf } from "../../src/kit/example-workflow.ts";
import { standInServices } from "../../src/kit/stand-in-services.ts";
import { openPlan } from "../../test/helpers/open-plan.ts";
import type { Round, Series } from "./series.ts";

/** Blocks that take detections, each with its example on a frame of so many objects. */
export function blockSeries(): Series[] {
  return BLOCKS.filter(takesDetections).map((block) => ({
    name: block.type,
    open: (count) => openBlock(block, count),
  }));
}

const WITH_BOXES = [
  "object_detection_prediction",
  "instance_segmentation_prediction",
  "rle_instance_segmentation_prediction",
  "keypoint_detection_prediction",
];

function takesDetections({ ports, run, runMany, needs }: Block): boolean {
  if (run === null && runMany === null) return false;
  if (needs.some((need) => need === "models" || need === "http")) return false;
  return Object.values(ports).some(({ kinds }) => kinds.some((kind) => WITH_BOXES.includes(kind)));
}

function openBlock(block: Block, count: number): Round {
  const sources = sourcesOf(block);
  let round = 0;
  const memory = new Map<string, unknown>();
  const bring: Bring = (source, image) => {
    const { kinds } = source.port;
    if (!kinds.some((kind) => WITH_BOXES.includes(kind))) return candidatesOf(source, image)[0];
    const key = `${source.name} ${round}`;
    if (!memory.has(key)) memory.set(key, objects(image, count, { round, kinds }));
    return memory.get(key);
  };
  const example = exampleWorkflow(block, sources, bring);
  const { services, idle } = standInServices();
  const { runner } = openPlan(example.document, { blocks: example.blocks, services, onError: "throw" });
  return (at) => {
    round = at;
    memory.clear();
    const image = frame(at);
    const inputs = Object.fromEntries([
      ...example.pictures.map((name) => [name, [image]]),
      ...example.parameters.map((source) => {
        const value = bring(source, image);
        return [source.name, source.port.kinds.includes("video_metadata") ? [value] : value];
      }),
    ]);
    for (const source of sources) bring(source, image);
    return async () => {
      await runner.run({ sources: ["gate"], inputs, pictures: true });
      await idle();
    };
  };
}

const WIDTH = 1280;
const HEIGHT = 720;
const rgb = new Uint8Array(WIDTH * HEIGHT * 3).map((_, i) => (i * 7919) % 251);

function frame(frameNumber: number): Image {
  return {
    kind: "image",
    width: WIDTH,
    height: HEIGHT,
    pixels: { type: "owned", rgb, width: WIDTH, height: HEIGHT },
    parentId: "gate",
    parent: null,
    root: { id: "gate", width: WIDTH, height: HEIGHT, offsetX: 0, offsetY: 0 },
    video: {
      videoIdentifier: "gate",
      frameNumber,
      frameTimestamp: 1_700_000_000_000 + frameNumber * 40,
      fps: 25,
      measuredFps: 25,
      comesFromVideoFile: false,
    },
  };
}

/** As many boxes as fit side by side, none upon another, all moved by a little from round to round. */
function objects(
  image: Image,
  count: number,
  { round, kinds }: { round: number; kinds: readonly string[] },
): Detections {
  const columns = Math.ceil(Math.sqrt(count));
  const [stepX, stepY] = [(WIDTH - 8) / columns, (HEIGHT - 8) / columns];
  const hasMasks =
    !kinds.includes("object_detection_prediction") && kinds.some((kind) => kind.includes("segmentation"));
  const items = Array.from({ length: count }, (_, i): Detection => {
    const x = 2 + (i % columns) * stepX + (round % 3) * stepX * 0.02;
    const y = 2 + Math.floor(i / columns) * stepY;
    const box = [x, y, x + stepX * 0.8, y + stepY * 0.8] as const;
    return {
      box: [...box],
      confidence: 0.9,
      class: "person",
      classId: 0,
      detectionId: `gate-${i}`,
      trackerId: i + 1,
      ...(hasMasks ? { mask: rectangle(box) } : {}),
      ...(kinds.includes("keypoint_detection_prediction") && !kinds.includes("object_detection_prediction")
        ? { keypoints: [{ x, y, confidence: 0.9, class: "nose", classId: 0 }] }
        : {}),
    } as Detection;
  });
  const { width, height, parentId, parent, root } = image;
  return { kind: "detections", items, width, height, parentId, parent, root };
}

function rectangle(box: readonly number[]) {
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = box.map(Math.round);
  const [width, height] = [Math.max(1, x2 - x1), Math.max(1, y2 - y1)];
  return maskOf(new Uint8Array(width * height).fill(1), { x: x1, y: y1, width, height });
}
