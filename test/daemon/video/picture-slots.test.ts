import { expect, test } from "vitest";
import type { Place } from "../../../src/daemon/video/picture-pipes.ts";
import { type PicturePlace, PictureSlots } from "../../../src/daemon/video/picture-slots.ts";

/** A pipe that takes a picture when the test says so. */
function slowPipe() {
  const written: number[] = [];
  let take: (fault: string | null) => void = () => {};
  const write = ({ memory, offset }: Place) => {
    written.push(new Uint8Array(memory, offset, 1)[0] ?? 0);
    return new Promise<string | null>((resolve) => {
      take = resolve;
    });
  };
  return { pipe: { write, close: async () => {} }, written, take: (fault: string | null = null) => take(fault) };
}

function open() {
  const pipe = slowPipe();
  const counts = { filled: 0, written: 0, replaced: 0, broken: 0 };
  const slots = new PictureSlots({ width: 2, height: 2 }, pipe.pipe, {
    filled: () => counts.filled++,
    written: () => counts.written++,
    replaced: () => counts.replaced++,
    broken: () => counts.broken++,
  });
  const draw = (value: number): PicturePlace | null => {
    const place = slots.take();
    if (place !== null) new Uint8Array(place.memory, place.offset, 12).fill(value);
    return place;
  };
  const give = (value: number) => slots.fill(draw(value) as PicturePlace);
  return { ...pipe, slots, counts, draw, give };
}

test("the newest picture is written next, and what waited is dropped for it", async () => {
  const { give, take, written, counts } = open();
  for (const value of [1, 2, 3, 4]) give(value);
  expect(written).toEqual([1]);
  take();
  await expect.poll(() => written).toEqual([1, 4]);
  take();
  await expect.poll(() => counts).toEqual({ filled: 4, written: 2, replaced: 2, broken: 0 });
});

test("there is no place for more pictures than are being drawn, wait and are written", async () => {
  const { draw, give, slots, take } = open();
  give(1);
  give(2);
  const drawing = draw(3);
  expect(draw(4)).toBeNull();
  slots.giveBack(drawing as PicturePlace);
  expect(draw(5)).not.toBeNull();
  expect(draw(6)).toBeNull();
  take();
  await expect.poll(() => draw(7)).not.toBeNull();
});

test("an encoder that takes no more gets no more", async () => {
  const { give, take, written, counts } = open();
  give(1);
  take("it has ended");
  give(2);
  await expect.poll(() => counts).toMatchObject({ filled: 2, broken: 1 });
  expect(written).toEqual([1]);
});
