import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const MODULE = new URL("../../src/base/small-heaps.ts", import.meta.url).href;

/** MB that the heap of a process grows to at most, with some twenty that live and garbage that lives for a while. */
function heapMb(flags: readonly string[]): number {
  const code = `
    const { preferSmallHeaps } = await import(${JSON.stringify(MODULE)});
    preferSmallHeaps();
    const kept = [];
    let peak = 0;
    for (let i = 0; i < 8_000_000; i++) {
      kept[i % 300_000] = { i, text: String(i) };
      if (i % 20_000 === 0) peak = Math.max(peak, process.memoryUsage().heapTotal);
    }
    console.log(peak / 1e6);`;
  const args = [...flags, "--max-semi-space-size=1", "--import", "tsx", "--input-type=module", "--eval", code];
  return Number(
    execFileSync(process.execPath, args, { cwd: fileURLToPath(new URL("../..", import.meta.url)), encoding: "utf8" }),
  );
}

test("the heap of a daemon grows less over what lives, unless the user has stated otherwise", () => {
  const [usual, small] = [heapMb(["--no-optimize-for-size"]), heapMb([])];
  expect(small).toBeLessThan(usual / 2);
}, 60_000);
