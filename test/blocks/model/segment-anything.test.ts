import { expect, test } from "vitest";
import { segmentAnythingV1 } from "../../../src/blocks/model/segment-anything.ts";
import type { Detections } from "../../../src/kinds/detections.ts";
import { maskOf } from "../../../src/kinds/mask.ts";
import { picture } from "../sink/open-sink.ts";
import { askBlock } from "./ask-block.ts";

const images = picture(32, 16);

function boxesOf(...items: Detections["items"]): Detections {
  return { kind: "detections", items, width: 32, height: 16, parentId: "gate", parent: null, root: images.root };
}

const boxes: Detections["items"] = [
  { box: [2, 2, 12, 12], confidence: 0.8, class: "car", classId: 7, detectionId: "c" },
  { box: [16, 2, 30, 14], confidence: 0.6, class: "person", classId: 1, detectionId: "p" },
];

const whole = (x: number, y: number) => maskOf(new Uint8Array(16).fill(1), { x, y, width: 4, height: 4 });
/** Two parts of 2x2 pixels. */
const torn = maskOf(Uint8Array.of(1, 1, 0, 1, 1, 1, 1, 0, 1, 1), { x: 18, y: 4, width: 5, height: 2 });

test("every part of the mask of a box is an object of its class", async () => {
  const rows = Float32Array.of(3, 3, 7, 7, 0.75, 0, 18, 4, 23, 6, 0.5, 1);
  const values = { images, boxes: boxesOf(...boxes) };
  const { outputs, asked } = await askBlock(segmentAnythingV1, values, { reply: { rows, masks: [whole(3, 3), torn] } });
  expect(asked).toEqual([
    {
      task: "prompted",
      model: "sam2/hiera_tiny",
      items: [images],
      parameters: { prompts: boxes.map(({ box }) => ({ points: [], box })), isAmbiguous: true },
    },
  ]);
  const { items } = outputs["predictions"] as Detections;
  expect(items.map(({ class: name, classId, confidence, box }) => [name, classId, confidence, box])).toEqual([
    ["car", 7, 0.75, [3, 3, 6, 6]],
    ["person", 1, 0.5, [18, 4, 19, 5]],
    ["person", 1, 0.5, [21, 4, 22, 5]],
  ]);
  expect(items[0]).toMatchObject({ mask: whole(3, 3), detectionId: "id-0" });
});

test("masks that score less than the threshold are left out", async () => {
  const rows = Float32Array.of(3, 3, 7, 7, 0.75, 0, 18, 4, 23, 6, 0.5, 1);
  const values = {
    images,
    boxes: boxesOf(...boxes),
    threshold: 0.6,
    version: "hiera_large",
    multimask_output: false,
  };
  const { outputs, asked } = await askBlock(segmentAnythingV1, values, { reply: { rows, masks: [whole(3, 3), torn] } });
  expect((outputs["predictions"] as Detections).items.map((item) => item.class)).toEqual(["car"]);
  expect(asked).toMatchObject([{ model: "sam2/hiera_large", parameters: { isAmbiguous: false } }]);
});

test("without boxes the image is asked about, and with none of them nothing", async () => {
  const reply = { rows: Float32Array.of(3, 3, 7, 7, 0.75, 0), masks: [whole(3, 3)] };
  const { outputs, asked } = await askBlock(segmentAnythingV1, { images }, { reply });
  expect(asked).toMatchObject([{ parameters: { prompts: [{ points: [], box: null }] } }]);
  expect((outputs["predictions"] as Detections).items).toMatchObject([{ class: "foreground", classId: 0 }]);
  const none = await askBlock(
    segmentAnythingV1,
    { images, boxes: boxesOf() },
    { reply: { rows: new Float32Array(), masks: [] } },
  );
  expect(none.asked).toMatchObject([{ parameters: { prompts: [] } }]);
  expect((none.outputs["predictions"] as Detections).items).toEqual([]);
});
