import { execFile as execFileOf } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { abortingAfter, endsWithin, unlessAborted, within } from "../../src/base/within.ts";

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
      import { abortingAfter, endsWithin, within } from ${JSON.stringify(url)};
      await within(600_000, Promise.resolve(), () => new RangeError());
      await endsWithin(600_000, Promise.resolve());
      await abortingAfter({ limitMs: 600_000, late: () => new RangeError() }, async () => {});
      console.log("done");`;
    const { stdout } = await execFile(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program]);
    expect(stdout).toBe("done\n");
  });
});

describe("work with a signal", () => {
  const untilAborted = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(new TypeError("aborted"))));

  test("is aborted when the limit has passed, after what is to be done before", async () => {
    const order: string[] = [];
    const failure = abortingAfter(
      {
        limitMs: 1,
        before: async () => void order.push("before"),
        late: (cause) => new RangeError("late", { cause }),
      },
      (signal) => untilAborted(signal).finally(() => order.push("aborted")),
    );
    await expect(failure).rejects.toMatchObject({ message: "late", cause: { message: "aborted" } });
    expect(order).toEqual(["before", "aborted"]);
  });

  test("fails with its own failure while the limit has not passed", async () => {
    const limit = { limitMs: 60_000, late };
    expect(await abortingAfter(limit, async () => 3)).toBe(3);
    await expect(abortingAfter(limit, () => Promise.reject(new TypeError("own")))).rejects.toThrow("own");
  });

  test("fails with the reason as soon as the signal aborts, also before the call", async () => {
    const stopping = new AbortController();
    expect(await unlessAborted(stopping.signal, Promise.resolve(3))).toBe(3);
    const waiting = unlessAborted(stopping.signal, never());
    stopping.abort(new TypeError("stopped"));
    await expect(waiting).rejects.toThrow("stopped");
    await expect(unlessAborted(stopping.signal, Promise.resolve(3))).rejects.toThrow("stopped");
  });
});
