import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const MODULE = new URL("../../src/base/small-heaps.ts", import.meta.url).href;

/** MB that the heap of a process has grown to over what lives, with garbage that lives for a while. */
function heapMb(flags: readonly string[]): number {
  const code = `
    const { preferSmallHeaps } = await import(${JSON.stringify(MODULE)});
    preferSmallHeaps();
    const kept = [];
    for (let i = 0; i < 4_000_000; i++) kept[i % 100_000] = { i, text: String(i) };
    console.log(process.memoryUsage().heapTotal / 1e6);`;
  const args = [...flags, "--max-semi-space-size=1", "--import", "tsx", "--input-type=module", "--eval", code];
  return Number(
    execFileSync(process.execPath, args, { cwd: fileURLToPath(new URL("../..", import.meta.url)), encoding: "utf8" }),
  );
}

test("the heap of a daemon grows less over what lives, unless the user has stated otherwise", () => {
  const [usual, small] = [heapMb(["--no-optimize-for-size"]), heapMb([])];
  expect(small).toBeLessThan(usual);
}, 60_000);
