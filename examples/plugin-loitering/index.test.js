import assert from "node:assert/strict";
import { test } from "node:test";
import { BlockStep, blockFaults, detection, detections, frame } from "millrace/testing";
import { blocks, initialisers, kinds } from "./index.js";

// node --test, in a project with millrace and this plugin.

const [flag] = blocks;
const init = { memory_seconds: 60 };

test("the block keeps the rules that every block keeps", async () => {
  assert.deepEqual(await blockFaults(flag, { plugin: { kinds, initialisers } }), []);
});

test("flags an object that has stayed, and not one that walks", async () => {
  const step = new BlockStep(flag, { init });
  const seen = [];
  // Frames of the kit are 40 ms apart.
  for (let number = 0; number <= 500; number += 50) {
    const stays = detection([10, 10, 30, 60], { trackerId: 1 });
    const walks = detection([10 + number, 10, 30 + number, 60], { trackerId: 2 });
    const { loitering } = await step.run({ image: frame(number), detections: detections([stays, walks]) });
    seen.push(loitering.items.map(({ trackerId }) => trackerId));
  }
  assert.deepEqual(seen.slice(0, 5).flat(), []);
  assert.deepEqual(seen.slice(5), [[1], [1], [1], [1], [1], [1]]);
});

test("keeps places of each camera by itself", async () => {
  const step = new BlockStep(flag, { init });
  const stays = detections([detection([10, 10, 30, 60], { trackerId: 1 })]);
  await step.run({ image: frame(0), detections: stays, seconds: 1 }, "gate");
  assert.equal((await step.run({ image: frame(50), detections: stays, seconds: 1 }, "yard")).anyone, false);
  assert.equal((await step.run({ image: frame(50), detections: stays, seconds: 1 }, "gate")).anyone, true);
});
