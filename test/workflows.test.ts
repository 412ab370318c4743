import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, it } from "vitest";
import { lacksAssets } from "./helpers/assets.ts";
import { faultsOf } from "./workflows/expectation.ts";
import { assetsOf, readCase, readJson } from "./workflows/golden-case.ts";
import { openRuns } from "./workflows/run-case.ts";

const FOLDER = fileURLToPath(new URL("./workflows", import.meta.url));
/** Part of the names of those to run, all by default. */
const only = process.env["MILLRACE_GOLDEN"] ?? "";

const names = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name.includes(only))
  .map(({ name }) => name)
  .toSorted();
const cases = await Promise.all(names.map(async (name) => ({ name, golden: await readCase(name) })));

describe("a whole workflow", () => {
  const runs = openRuns();
  afterAll(() => runs.close());

  for (const { name, golden } of cases) {
    const [asset, ...others] = assetsOf(golden);
    const skip = asset !== undefined && lacksAssets(asset, ...others);
    const options = { concurrent: true, skip, timeout: 600_000 };
    it(`${golden.title} (${name})`, options, async ({ expect }) => {
      const outcome = await runs.run(name, golden).catch((error: unknown) => ({ error }));
      expect(await faultsOf(outcome, await readJson(name, "expected.json"), golden)).toEqual([]);
    });
  }
});
