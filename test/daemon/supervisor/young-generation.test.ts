import { expect, test } from "vitest";
import { youngGenerationFlags } from "../../../src/daemon/supervisor/young-generation.ts";

test("a daemon has a small young generation, unless the user has chosen its size", () => {
  expect(youngGenerationFlags([], {})).toEqual(["--max-semi-space-size=1"]);
  expect(youngGenerationFlags(["--max-semi-space-size=16"], {})).toEqual([]);
  expect(youngGenerationFlags([], { NODE_OPTIONS: "--max_semi_space_size=16" })).toEqual([]);
});
