import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = process.env["MILLRACE_ASSETS"] ?? fileURLToPath(new URL("../../../shared/assets", import.meta.url));

/** Path of an optional test asset (real models, videos, pictures), or undefined where the folder is absent. */
export function assetPath(name: string): string | undefined {
  const path = `${root}/${name}`;
  return existsSync(path) ? path : undefined;
}

/** For `describe.skipIf`: true, with the reason printed once, when any of the assets is absent. */
export function lacksAssets(first: string, ...others: string[]): boolean {
  const names = [first, ...others];
  const missing = names.filter((name) => assetPath(name) === undefined);
  if (missing.length > 0) process.stderr.write(`skipped: test assets not found: ${missing.join(", ")}\n`);
  return missing.length > 0;
}

/** Folder of the recorded cases of the reference engine, beside the assets. */
export function goldenFolder(name: "golden" | "golden-pixels"): string {
  return join(dirname(root), name);
}

export function lacksGolden(): boolean {
  const missing = (["golden", "golden-pixels"] as const).map(goldenFolder).filter((path) => !existsSync(path));
  if (missing.length > 0) process.stderr.write(`skipped: recorded cases not found: ${missing.join(", ")}\n`);
  return missing.length > 0;
}
