import { expect, test } from "vitest";
import { parseConfig } from "../../../src/daemon/config/config.ts";
import { configWarnings } from "../../../src/daemon/config/config-warnings.ts";
import { filesOf } from "../../../src/daemon/worker/files-of.ts";

const config = (keys: string) => parseConfig(`{ cameras: {}, pipelines: {}, block_files: ${keys} }`, {}).config;

test("the config names the folder of files, else the environment does, and either may be without limits", () => {
  const variables = { WORKFLOW_BLOCKS_WRITE_DIRECTORY: "/var/env" };
  const files = (keys: string) => filesOf(variables, config(keys)?.block_files);
  expect(files("{ directory: /var/own, max_mb: 2, when_full: delete_oldest }")).toEqual({
    isForbidden: false,
    directory: "/var/own",
    budget: { bytes: 2 * 2 ** 20, days: null, whenFull: "delete_oldest" },
    reserveBytes: 64 * 2 ** 20,
  });
  expect(files("{ max_days: 3 }")).toMatchObject({ directory: "/var/env", budget: { bytes: Infinity, days: 3 } });
  expect(files("{}")).toMatchObject({ directory: "/var/env", budget: null });
});

test("limits without a folder are warned of", () => {
  const limited = config("{ max_mb: 5 }");
  expect(limited && configWarnings(limited, {})).toEqual([
    'block_files: "max_mb" has an effect on a "directory" alone',
  ]);
  expect(limited && configWarnings(limited, { WORKFLOW_BLOCKS_WRITE_DIRECTORY: "/var/env" })).toEqual([]);
});
