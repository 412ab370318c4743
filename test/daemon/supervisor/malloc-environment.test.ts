import { expect, test } from "vitest";
import { mallocEnvironment } from "../../../src/daemon/supervisor/malloc-environment.ts";

test("threads of up to four processors share one heap of malloc", () => {
  const arenas = [1, 2, 4, 5, 16].map((processors) => mallocEnvironment(processors)["MALLOC_ARENA_MAX"]);
  expect(arenas).toEqual(["1", "1", "1", "2", "4"]);
});
