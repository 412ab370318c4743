import fc from "fast-check";
import { expect, test } from "vitest";
import { EventIndex } from "../../../src/daemon/archive/event-index.ts";
import type { EventRecord } from "../../../src/daemon/archive/event-record.ts";

const START = Date.parse("2026-11-20T10:00:00.000Z");

function recordAt(number: number, camera = "gate", seconds = number): EventRecord {
  const start = new Date(START + seconds * 1000).toISOString();
  const more = { pipeline: "people", class: "person", score: 0.9, end: null, reason: null, zones: [] };
  return { id: `${camera}-7f2c-${String(number).padStart(6, "0")}`, camera, start, ...more };
}

/** Every page, one after the other. */
function pagesOf(index: EventIndex, camera: string | null, limit: number): EventRecord[][] {
  const pages: EventRecord[][] = [];
  let before: string | null = null;
  do {
    const { entries, next } = index.page({ camera, limit, before });
    pages.push(entries.map(({ record }) => record));
    before = next;
  } while (before !== null);
  return pages;
}

test("pages show every event once, newest first, in whatever order they came", () => {
  const events = fc.uniqueArray(
    fc.record({ number: fc.nat(99), seconds: fc.nat(5), camera: fc.constantFrom("gate", "yard") }),
    {
      selector: ({ number, camera }) => `${camera} ${number}`,
      maxLength: 60,
    },
  );
  fc.assert(
    fc.property(events, fc.integer({ min: 1, max: 7 }), (given, limit) => {
      const index = new EventIndex();
      for (const { number, seconds, camera } of given) index.put(recordAt(number, camera, seconds));
      for (const camera of [null, "gate"]) {
        const pages = pagesOf(index, camera, limit);
        const shown = pages.flat();
        const expected = given.filter((one) => camera === null || one.camera === camera);
        expect(new Set(shown.map(({ id }) => id)).size).toBe(expected.length);
        expect(shown.length).toBe(expected.length);
        const starts = shown.map(({ start }) => start);
        expect(starts).toEqual(starts.toSorted().reverse());
        expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
      }
    }),
  );
});

test("a page goes on where the one before ended, also when that event is gone and others have come", () => {
  const index = new EventIndex();
  for (let number = 0; number < 6; number++) index.put(recordAt(number));
  const first = index.page({ camera: null, limit: 2, before: null });
  for (const entry of first.entries) index.remove(entry);
  index.put(recordAt(9));
  const second = index.page({ camera: null, limit: 2, before: first.next });
  expect(second.entries.map(({ record }) => record)).toEqual([recordAt(3), recordAt(2)]);
});

test("events without files are the newest 200 of each camera, and those with files stay", () => {
  const index = new EventIndex();
  index.setFile(index.put(recordAt(0)), "jpg", 1000);
  for (let number = 1; number <= 250; number++) index.put(recordAt(number));
  index.put(recordAt(1, "yard"));
  const [of = []] = pagesOf(index, "gate", 500);
  expect(of).toHaveLength(201);
  expect([of[0]?.id, of[199]?.id, of[200]?.id]).toEqual([recordAt(250).id, recordAt(51).id, recordAt(0).id]);
  expect([index.stored, index.bytes]).toEqual([1, 1000]);
  expect(pagesOf(index, "yard", 500).flat()).toHaveLength(1);
});

test("bytes are those of the files that are there", () => {
  const index = new EventIndex();
  const entry = index.put(recordAt(1));
  index.setFile(entry, "json", 300);
  index.setFile(entry, "jpg", 5000);
  index.setFile(entry, "jpg", 4000);
  expect([index.stored, index.bytes]).toEqual([1, 4300]);
  index.remove(entry);
  index.remove(entry);
  expect([index.stored, index.bytes, index.page({ camera: null, limit: 1, before: null }).entries]).toEqual([0, 0, []]);
});
