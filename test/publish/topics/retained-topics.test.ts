import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openRetainedTopics } from "../../../src/publish/topics/retained-topics.ts";

let file = "";

beforeEach(async () => {
  file = join(await mkdtemp(join(tmpdir(), "millrace-retained-")), "retained.json");
});

afterEach(() => rm(join(file, ".."), { recursive: true }));

function run(machine: string, device = "dock"): string[] {
  const retained = openRetainedTopics(file, `m/${device}`, machine);
  const before = [...retained.all];
  retained.add(`m/${device}/status`);
  retained.add(`m/${device}/engine/a`);
  retained.remove(`m/${device}/engine/a`);
  retained.close();
  return before;
}

test("topics are remembered over restarts, those that were taken away are not", () => {
  expect(run("one")).toEqual([]);
  expect(run("one")).toEqual(["m/dock/status"]);
  expect(run("one", "yard")).toEqual(["m/dock/status"]);
});

test("a copied disk does not speak for the machine that it comes from", () => {
  run("one");
  expect(run("two", "yard")).toEqual([]);
});

test("a file that cannot be read is as good as none", async () => {
  await writeFile(file, "{");
  expect(run("one")).toEqual([]);
  expect(run("one")).toEqual(["m/dock/status"]);
});
