import { describe, expect, test } from "vitest";
import type { FoundBox } from "../../../src/daemon/models/join-looks.ts";
import { RecentObjects } from "../../../src/daemon/models/recent-objects.ts";

const person = (x: number, classIndex = 0): FoundBox => {
  return { box: [x, 100, x + 40, 200], score: 0.5, classIndex, isNear: true };
};
const NOTHING = { fresh: [], cut: [] };
const always = () => true;
const never = () => false;
const places = (objects: RecentObjects, clockS: number) => objects.at(clockS).map(({ box }) => box[0]);

describe("objects found lately", () => {
  test("are moved on by their last shift", () => {
    const objects = new RecentObjects();
    objects.saw({ fresh: [person(100)], cut: [] }, 10, always);
    objects.saw({ fresh: [person(110)], cut: [] }, 10.5, always);
    expect(places(objects, 11)).toEqual([120]);
    expect(objects.at(11)[0]).toMatchObject({ ageS: 0.5, stands: true });
  });

  test("move by those of their own class that are nearest", () => {
    const objects = new RecentObjects();
    objects.saw({ fresh: [person(100), person(125)], cut: [] }, 10, always);
    objects.saw({ fresh: [person(130), person(105), person(100, 1)], cut: [] }, 10.5, always);
    expect(places(objects, 11)).toEqual([135, 110, 100]);
  });

  test("stand two seconds long where no look shows their place", () => {
    const objects = new RecentObjects();
    objects.saw({ fresh: [person(100)], cut: [] }, 10, always);
    for (const clockS of [10.5, 11, 11.5]) objects.saw(NOTHING, clockS, never);
    expect(objects.at(11.9)).toMatchObject([{ stands: true }]);
    expect(objects.at(12)).toEqual([]);
  });

  test("are worth a look for a second where one did not find them, and stand no longer", () => {
    const objects = new RecentObjects();
    objects.saw({ fresh: [person(100)], cut: [] }, 10, always);
    objects.saw(NOTHING, 10.5, always);
    objects.saw(NOTHING, 10.6, never);
    expect(objects.at(10.9)).toMatchObject([{ stands: false }]);
    expect(objects.at(11)).toEqual([]);
  });

  test("are worth a look where an edge cut them", () => {
    const objects = new RecentObjects();
    objects.saw({ fresh: [], cut: [person(100)] }, 10, always);
    expect(objects.at(10.9)).toMatchObject([{ stands: false }]);
    expect(objects.at(11)).toEqual([]);
  });

  test("are none where the clock went back", () => {
    const objects = new RecentObjects();
    objects.saw({ fresh: [person(100)], cut: [] }, 10, always);
    expect(objects.at(1)).toEqual([]);
    objects.saw({ fresh: [person(300)], cut: [] }, 1, always);
    expect(places(objects, 1.5)).toEqual([300]);
  });
});
