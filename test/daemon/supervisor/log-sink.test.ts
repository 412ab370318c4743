import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { openLogSink } from "../../../src/daemon/supervisor/log-sink.ts";

/** A reader that takes a text on demand. */
function slowReader() {
  const taken: string[] = [];
  let next: (() => void) | null = null;
  const stream = new Writable({
    decodeStrings: false,
    highWaterMark: 10,
    write(text: string, _, done) {
      taken.push(text);
      next = done;
    },
  });
  const take = () => {
    const done = next;
    next = null;
    done?.();
  };
  return { stream, taken, take };
}

test("what is not read in time is left out beyond a bound, and counted when the reader goes on", async () => {
  const { stream, taken, take } = slowReader();
  const counts: number[] = [];
  const sink = openLogSink(stream, (count) => counts.push(count), 100);
  for (let i = 0; i < 50; i++) sink.write("0123456789");
  expect(stream.writableLength).toBe(100);
  expect(counts).toEqual([]);
  while (stream.writableLength > 0) {
    take();
    await new Promise(setImmediate);
  }
  expect(taken).toHaveLength(10);
  expect(counts).toEqual([40]);
  sink.write("more");
  expect(taken.at(-1)).toBe("more");
});

test("a reader that is gone throws nothing", async () => {
  const stream = new Writable({
    write(_, __, done) {
      done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    },
  });
  const sink = openLogSink(stream, () => expect.unreachable());
  sink.write("a line");
  await new Promise(setImmediate);
  sink.write("another");
  expect(stream.destroyed).toBe(true);
});
