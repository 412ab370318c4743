import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, onTestFinished, test, vi } from "vitest";
import { directKernels } from "../../../src/blocks/direct-kernels.ts";
import { openKernelThread } from "../../../src/daemon/worker/kernel-thread.ts";
import { SharedScratch } from "../../../src/daemon/worker/shared-scratch.ts";
import { newRaster, type Raster } from "../../../src/vision/raster.ts";

vi.setConfig({ testTimeout: 120_000 });

function open() {
  const kernels = openKernelThread();
  onTestFinished(() => kernels.close());
  return kernels;
}

function pattern<C extends 1 | 3>(width: number, height: number, channels: C, seed = 1): Raster<C> {
  const raster = newRaster({ width, height }, channels);
  raster.data.forEach((_, i) => {
    const [x, y] = [Math.floor(i / channels) % width, Math.floor(i / raster.stride)];
    raster.data[i] = 100 + 80 * Math.sin((x * seed) / 5) * Math.cos(y / 7) + ((x * y * seed) % 37);
  });
  return raster;
}

test("what a kernel gives is the same on a thread of its own, for pictures of its own and in shared memory", async () => {
  const kernels = open();
  const picture = pattern(400, 300, 3);
  const shared = { ...picture, data: new Uint8Array(new SharedArrayBuffer(picture.data.length + 64), 64) };
  shared.data.set(picture.data);
  const grey = pattern(160, 120, 1);
  const blurred = await directKernels.run("gaussian", picture, 7, "mirror");
  expect(await kernels.run("gaussian", picture, 7, "mirror")).toEqual(blurred);
  expect(await kernels.run("gaussian", shared, 7, "mirror")).toEqual(blurred);
  expect(await kernels.run("sift", grey)).toEqual(await directKernels.run("sift", grey));
  const unchanged = await kernels.run("boxMean", shared, 1, "mirror");
  expect(unchanged.data.buffer).toBeInstanceOf(ArrayBuffer);
  expect(unchanged.data).toEqual(picture.data);
});

test("the thread that asks goes on meanwhile, and answers come in the order of the questions", async () => {
  const kernels = open();
  let turns = 0;
  const ticking = setInterval(() => turns++, 1);
  const answers: number[] = [];
  const ask = async (i: number) => {
    await kernels.run("median", pattern(640, 480, 3, i + 1), 7);
    answers.push(i);
  };
  await Promise.all(Array.from({ length: 6 }, (_, i) => ask(i)));
  clearInterval(ticking);
  expect(answers).toEqual([0, 1, 2, 3, 4, 5]);
  expect(turns).toBeGreaterThan(10);
});

test("a kernel that fails fails its own question alone", async () => {
  const kernels = open();
  const broken = { ...pattern(400, 300, 3), data: null } as unknown as Raster;
  await expect(kernels.run("gaussian", broken, 7, "mirror")).rejects.toThrow();
  expect((await kernels.run("gaussian", pattern(400, 300, 3), 3, "mirror")).width).toBe(400);
});

test("memory stays flat over many pictures, also that of the library of templates", async () => {
  const kernels = open();
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const picture = pattern(360, 300, 3);
  const [grey, template] = [pattern(120, 90, 1), pattern(9, 9, 1)];
  const look = async (times: number) => {
    for (let i = 0; i < times; i++) {
      await kernels.run("boxMean", picture, 3, "mirror");
      await kernels.run("matchTemplate", grey, template, 0.9);
    }
    collect();
    return process.memoryUsage();
  };
  const before = await look(300);
  const after = await look(1500);
  // Each round moves more than 600 KB: 900 MB in all.
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(8e6);
  expect(after.rss - before.rss).toBeLessThan(100e6);
});

test("scratch memory is used again, and only a few pieces are kept", () => {
  const scratch = new SharedScratch();
  const lent = Array.from({ length: 6 }, (_, i) => scratch.lend(100 * (i + 1)));
  for (const memory of lent) scratch.giveBack(memory);
  expect(scratch.lend(250)).toBe(lent[2]);
  expect(lent).toContain(scratch.lend(500));
  expect(lent).not.toContain(scratch.lend(601));
});
