import { writeSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Spin } from "../../../src/dynamic/process/spin.ts";
import { closeAll, type Fifo, openFifos } from "../../../src/stream/ffmpeg/fifo.ts";

describe("waiting awake", () => {
  let fifo: Fifo;

  beforeEach(async () => {
    [fifo] = (await openFifos(1)) as [Fifo];
    // What was spent of the turn before does not count.
    await turn();
  });
  afterEach(() => closeAll([fifo.readFd, fifo.writeFd]));

  /** What a wait takes when these bytes are there, until they are all. */
  function taken(spin: Spin, bytes: string, isAll = true): string {
    let text = "";
    if (bytes !== "") writeSync(fifo.writeFd, bytes);
    spin.wait(fifo.readFd, (chunk) => {
      text += Buffer.from(chunk).toString();
      return isAll;
    });
    return text;
  }

  it("takes the answer, once answers come soon", () => {
    const spin = new Spin();
    expect(taken(spin, "a")).toBe("");
    spin.answered(0.1);
    expect(taken(spin, "b")).toBe("ab");
    spin.answered(5);
    expect(taken(spin, "c")).toBe("");
  });

  it("ends when nothing comes", () => {
    const spin = new Spin();
    spin.answered(0.1);
    expect(taken(spin, "")).toBe("");
  });

  it("leaves most of a turn of the event loop to others", async () => {
    const spin = new Spin();
    spin.answered(0.1);
    // Each goes on until its time is over.
    const waits = () => Array.from({ length: 50 }, () => taken(spin, "x", false)).filter((text) => text !== "").length;
    expect(waits()).toBeLessThanOrEqual(6);
    await turn();
    expect(taken(spin, "")).not.toBe("");
  });
});
