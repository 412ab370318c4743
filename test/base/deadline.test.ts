import { execFile as execFileOf } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { byDeadline, Deadline } from "../../src/base/deadline.ts";

const execFile = promisify(execFileOf);
const late = (cause: unknown) => new RangeError("late", { cause });

describe("work by a deadline", () => {
  const untilOver = (deadline: Deadline) =>
    new Promise<never>((_, reject) => deadline.onOver(() => reject(new TypeError("stopped"))));

  test("is stopped when the limit has passed, after what is to be done before", async () => {
    const order: string[] = [];
    const before = async () => void order.push("before");
    const failure = byDeadline({ limitMs: 1, before, late }, (deadline) =>
      untilOver(deadline).finally(() => order.push("stopped")),
    );
    await expect(failure).rejects.toMatchObject({ message: "late", cause: { message: "stopped" } });
    expect(order).toEqual(["before", "stopped"]);
  });

  test("gives its result or its own failure while the limit has not passed", async () => {
    const limit = { limitMs: 60_000, late };
    expect(await byDeadline(limit, async () => 3)).toBe(3);
    await expect(byDeadline(limit, () => Promise.reject(new TypeError("own")))).rejects.toThrow("own");
  });

  test("leaves no timer behind that would keep the process", async () => {
    const url = new URL("../../src/base/deadline.ts", import.meta.url).href;
    const program = `
      import { byDeadline } from ${JSON.stringify(url)};
      await byDeadline({ limitMs: 600_000, late: () => new RangeError() }, async () => {});
      console.log("done");`;
    const { stdout } = await execFile(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program]);
    expect(stdout).toBe("done\n");
  });
});

describe("a deadline", () => {
  test("calls what waits for it once, in order, and not what was taken back", () => {
    const deadline = new Deadline();
    const calls: string[] = [];
    deadline.onOver(() => calls.push("first"));
    const takeBack = deadline.onOver(() => calls.push("second"));
    deadline.onOver(() => calls.push("third"));
    takeBack();
    expect(deadline.isOver).toBe(false);
    deadline.end();
    deadline.end();
    expect(calls).toEqual(["first", "third"]);
    expect(deadline.isOver).toBe(true);
    deadline.onOver(() => calls.push("late"));
    expect(calls).toEqual(["first", "third", "late"]);
  });
});
