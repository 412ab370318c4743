import { expect, test } from "vitest";
import { refusedTopics } from "../../../src/publish/outbox/refused-topics.ts";
import { createSuspects } from "../../../src/publish/outbox/suspects.ts";
import type { PublishReport } from "../../../src/publish/report/report.ts";

test("after a loss messages go one by one, and only one that was alone is blamed", () => {
  const suspects = createSuspects();
  const [innocent, culprit] = [{}, {}];
  suspects.lost(innocent, 2);
  suspects.lost(culprit, 1);
  expect([suspects.failuresOf(innocent), suspects.failuresOf(culprit)]).toEqual([0, 0]);
  suspects.up();
  expect([suspects.roomOf(64, 0), suspects.roomOf(64, 1)]).toEqual([1, 0]);
  suspects.acknowledged();
  suspects.lost(culprit, 1);
  expect([suspects.failuresOf(innocent), suspects.failuresOf(culprit)]).toEqual([0, 1]);
  suspects.up();
  suspects.acknowledged();
  suspects.acknowledged();
  expect(suspects.roomOf(64, 1)).toBe(64);
});

test("each refused topic is reported once, and again after an hour", () => {
  let ms = 0;
  const reports: PublishReport[] = [];
  const tell = refusedTopics((event) => void reports.push(event), { now: () => ms });
  for (const topic of ["a", "b", "a"]) tell({ class: "events", topic }, "no");
  ms += 3_600_001;
  tell({ class: "events", topic: "a" }, "no");
  expect(reports.map((report) => "topic" in report && report.topic)).toEqual(["a", "b", "a"]);
});
