import { expect, it } from "vitest";
import { TrackMemory } from "../../../src/blocks/analytics/track-memory.ts";

it("forgets the id that was set longest ago when it is full", () => {
  const memory = new TrackMemory<string>(2);
  memory.set(1, "a");
  memory.set(2, "b");
  memory.set(1, "c");
  memory.set(3, "d");
  expect([1, 2, 3].map((id) => memory.get(id))).toEqual(["c", undefined, "d"]);
});
