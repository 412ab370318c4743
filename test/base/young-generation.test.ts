import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { youngGenerationFlags } from "../../src/base/young-generation.ts";

test("a daemon has a small young generation, unless the user has chosen its size", () => {
  expect(youngGenerationFlags([], {})).toEqual(["--max-semi-space-size=1"]);
  expect(youngGenerationFlags(["--max-semi-space-size=16"], {})).toEqual([]);
  expect(youngGenerationFlags([], { NODE_OPTIONS: "--max_semi_space_size=16" })).toEqual([]);
});

/** Young generation in MB of a process that makes garbage before and after the start of a thread. */
function youngMb(flags: readonly string[]): number {
  const args = [
    ...flags,
    "--import",
    "tsx",
    fileURLToPath(new URL("../fixtures/young-generation.ts", import.meta.url)),
  ];
  return Number(execFileSync(process.execPath, args, { encoding: "utf8" }));
}

test("that of the thread that is there already stays small as well, also when others start", () => {
  expect(youngMb([])).toBeLessThan(9);
  expect(youngMb(["--max-semi-space-size=16"])).toBeGreaterThan(16);
}, 60_000);
