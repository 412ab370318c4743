import { expect, it } from "vitest";
import { openTally } from "../../../src/daemon/models/call-tally.ts";
import { ModelNotes } from "../../../src/daemon/models/model-notes.ts";

const description = {
  ...{ family: "yolo", task: "detect", classes: ["a", "b"], sizeBytes: 7 },
  input: { width: 640, height: 480, isFree: false },
} as never;
const known = new Map([["shapes/1", description]]);

it("says of a model how it was opened, why other providers are not used, and how long its calls take", () => {
  const notes = new ModelNotes();
  const view = () => notes.views(known, new Map())[0];
  expect(view()).toMatchObject({ id: "shapes/1", state: "idle", family: "yolo", input: [640, 480], mean_ms: null });
  notes.opening("shapes/1", "pictures");
  expect(view()).toMatchObject({ state: "opening", provider: null, sessions: 0 });
  const refusals = [{ provider: "cuda" as const, reason: "no device" }];
  const direct = openTally();
  const opened = { provider: "cpu", refusals, sessions: () => 2, waiting: () => 3, direct: () => [direct.read()] };
  notes.opened("shapes/1", "pictures", opened);
  notes.called("shapes/1", "pictures", { items: 2, ms: 10 });
  notes.called("shapes/1", "pictures", { items: 1, ms: 20 });
  expect(view()).toMatchObject({
    ...{ state: "running", provider: "cpu", refusals, sessions: 2, waiting: 3 },
    ...{ calls: 2, items: 3, mean_ms: 15 },
  });
  openTally(direct.memory).called(1, 30);
  expect(view()).toMatchObject({ calls: 3, items: 4, mean_ms: 20 });
});

it("says why a model does not run, or has yet to come", () => {
  const notes = new ModelNotes();
  notes.opening("shapes/1", "pictures");
  notes.failed("shapes/1", "pictures", "the file is cut off");
  expect(notes.views(known, new Map([["other/1", "it is downloaded first"]]))).toMatchObject([
    { id: "shapes/1", state: "failed", error: "the file is cut off" },
    { id: "other/1", state: "awaited", error: "it is downloaded first", family: null },
  ]);
});

it("shows both sides of a model of pictures and texts that are open", () => {
  const notes = new ModelNotes();
  for (const tower of ["pictures", "texts"] as const) notes.opening("shapes/1", tower);
  expect(notes.views(known, new Map()).map(({ tower, input }) => [tower, input])).toEqual([
    ["pictures", [640, 480]],
    ["texts", null],
  ]);
});
