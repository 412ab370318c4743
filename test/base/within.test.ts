import { execFile as execFileOf } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { endsWithin, unlessAborted, within } from "../../src/base/within.ts";

const execFile = promisify(execFileOf);
const never = () => new Promise<never>(() => {});
const late = () => new RangeError("late");

describe("work with a limit", () => {
  test("gives its result, its own failure, or that of being late", async () => {
    expect(await within(60_000, Promise.resolve(3), late)).toBe(3);
    await expect(within(60_000, Promise.reject(new TypeError("own")), late)).rejects.toThrow("own");
    await expect(within(1, never(), late)).rejects.toThrow("late");
  });

  test("is waited for no longer than the limit", async () => {
    expect(await endsWithin(60_000, Promise.resolve())).toBe(true);
    expect(await endsWithin(60_000, undefined)).toBe(true);
    expect(await endsWithin(1, never())).toBe(false);
    await expect(endsWithin(60_000, Promise.reject(new TypeError("own")))).rejects.toThrow("own");
  });

  test("leaves no timer behind that would keep the process", async () => {
    const url = new URL("../../src/base/within.ts", import.meta.url).href;
    const program = `
      import { endsWithin, within } from ${JSON.stringify(url)};
      await within(600_000, Promise.resolve(), () => new RangeError());
      await endsWithin(600_000, Promise.resolve());
      console.log("done");`;
    const { stdout } = await execFile(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program]);
    expect(stdout).toBe("done\n");
  });
});

describe("work with a signal", () => {
  test("fails with the reason as soon as the signal aborts, also before the call", async () => {
    const stopping = new AbortController();
    expect(await unlessAborted(stopping.signal, Promise.resolve(3))).toBe(3);
    const waiting = unlessAborted(stopping.signal, never());
    stopping.abort(new TypeError("stopped"));
    await expect(waiting).rejects.toThrow("stopped");
    await expect(unlessAborted(stopping.signal, Promise.resolve(3))).rejects.toThrow("stopped");
  });
});
