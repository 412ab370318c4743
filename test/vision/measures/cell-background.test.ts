import { describe, expect, test } from "vitest";
import { CellBackground } from "../../../src/vision/measures/cell-background.ts";

const [WIDTH, HEIGHT] = [160, 90];
const PERSON = [40 * WIDTH + 80, 41 * WIDTH + 80, 42 * WIDTH + 80];

/** A grey picture with noise of a few levels, and what stands in it. */
function picture(seed: number, cells: readonly number[] = [], level = 100): Uint8Array {
  const pixels = new Uint8Array(WIDTH * HEIGHT);
  let state = seed + 1;
  for (let i = 0; i < pixels.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    pixels[i] = level + (state >>> 30);
  }
  for (const cell of cells) pixels[cell] = level + 45;
  return pixels;
}

function marked(changed: Uint8Array): number[] {
  return [...changed.keys()].filter((cell) => changed[cell] === 1);
}

/** What is marked in each of these pictures, one a second. */
function looks(pictures: readonly Uint8Array[]): number[][] {
  const background = new CellBackground();
  return pictures.map((one, at) => marked(background.changed(one, at, 5)));
}

const times = (count: number, one: (n: number) => Uint8Array) => Array.from({ length: count }, (_, n) => one(n));

describe("the background of a camera", () => {
  test("is nothing but noise while nothing happens", () => {
    expect(looks(times(50, (n) => picture(n))).flat()).toEqual([]);
  });

  test("keeps a person marked who comes and stands still, for a while and not for ever", () => {
    const found = looks([...times(30, (n) => picture(n)), ...times(200, (n) => picture(n, PERSON))]);
    for (let second = 30; second < 75; second++) expect(found[second]).toEqual(PERSON);
    expect(found.at(-1)).toEqual([]);
  });

  test("learns by the time that has gone by and not by frames", () => {
    const background = new CellBackground();
    for (let n = 0; n < 100; n++) background.changed(picture(n), n, 5);
    expect(marked(background.changed(picture(100, PERSON), 100, 5))).toEqual(PERSON);
    // The same moment again, as another model asks or a clock stands.
    for (let n = 0; n < 1000; n++) background.changed(picture(n, PERSON), 100, 5);
    expect(marked(background.changed(picture(101, PERSON), 101, 5))).toEqual(PERSON);
    background.changed(picture(102, PERSON), 400, 5);
    expect(marked(background.changed(picture(103, PERSON), 401, 5))).toEqual([]);
  });

  test("forgets soon what passed by in its very first picture", () => {
    const found = looks([picture(0, PERSON), ...times(40, (n) => picture(n + 1))]);
    expect(found[1]).toEqual(PERSON);
    expect(found.at(-1)).toEqual([]);
  });

  test("takes off a change of light all over the picture, and finds the person in it", () => {
    const found = looks([...times(30, (n) => picture(n)), ...times(5, (n) => picture(n, PERSON, 130))]);
    expect(found.slice(30)).toEqual(times5(PERSON));
  });

  test("begins again where most of the picture shows something else", () => {
    const halves = picture(31).map((value, i) => (i % 2 === 0 ? value : value + 60));
    const found = looks([...times(30, (n) => picture(n)), ...times(3, () => halves)]);
    expect(found.slice(30)).toEqual([[], [], []]);
  });

  test("begins again with pictures of another size", () => {
    const background = new CellBackground();
    background.changed(picture(0), 0, 5);
    expect(marked(background.changed(new Uint8Array(20).fill(9), 1, 5))).toEqual([]);
  });
});

function times5<T>(one: T): T[] {
  return Array.from({ length: 5 }, () => one);
}
