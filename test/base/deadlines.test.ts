import { execFile as execFileOf } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { Deadlines } from "../../src/base/deadlines.ts";

const execFile = promisify(execFileOf);

describe("deadlines on one timer", () => {
  test("expire in the order of their times, whatever the order of the calls", async () => {
    const deadlines = new Deadlines();
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      deadlines.after(60, () => {
        order.push("last");
        resolve();
      });
      deadlines.after(5, () => order.push("first"));
      deadlines.after(30, () => order.push("second"));
    });
    expect(order).toEqual(["first", "second", "last"]);
  });

  test("do not expire when they are cancelled, the soonest included", async () => {
    const deadlines = new Deadlines();
    const order: string[] = [];
    const cancel = deadlines.after(1, () => order.push("cancelled"));
    cancel();
    cancel();
    await new Promise<void>((resolve) => {
      deadlines.after(20, resolve);
    });
    expect(order).toEqual([]);
  });

  test("one that expires may set the next", async () => {
    const deadlines = new Deadlines();
    await new Promise<void>((resolve) => {
      deadlines.after(1, () => void deadlines.after(1, resolve));
    });
  });

  test("keep a process alive until they expire, and not when they are cancelled", async () => {
    const url = new URL("../../src/base/deadlines.ts", import.meta.url).href;
    const program = (then: string) => `
      import { Deadlines } from ${JSON.stringify(url)};
      const cancel = new Deadlines().after(${then === "" ? 20 : 600_000}, () => console.log("expired"));
      ${then}`;
    const run = (text: string) => execFile(process.execPath, ["--import", "tsx", "--input-type=module", "-e", text]);
    expect((await run(program(""))).stdout).toBe("expired\n");
    expect((await run(program("cancel();"))).stdout).toBe("");
  });
});
