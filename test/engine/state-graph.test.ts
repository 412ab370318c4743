import fc from "fast-check";
import { expect, it } from "vitest";
import { packState, unpackState } from "../../src/engine/state-graph.ts";
import { picture } from "../blocks/values.ts";

class Track {
  private readonly points = new Map<number, number[]>();
  best: Track | null = null;

  constructor(id: number) {
    this.points.set(id, [id]);
  }

  get ids(): number[] {
    return [...this.points.keys()];
  }
}

const NOTHING = { classes: [], outside: null };

function again(state: unknown, forms: Parameters<typeof packState>[1] = NOTHING): unknown {
  return unpackState(JSON.parse(JSON.stringify(packState(state, forms))), forms);
}

it("a state comes back as it was", () => {
  const key = fc.oneof(fc.string(), fc.integer());
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constantFrom(null, undefined, -0)),
      fc.array(tie("value")),
      fc.dictionary(fc.string(), tie("value"), { noNullPrototype: true }),
      fc.array(fc.tuple(key, tie("value"))).map((entries) => new Map(entries)),
      fc.array(key).map((keys) => new Set(keys)),
      fc.float64Array(),
      fc.uint8Array(),
      fc.date({ noInvalidDate: true }),
    ),
  }));
  fc.assert(
    fc.property(value, (state) => {
      expect(again(state)).toStrictEqual(state);
    }),
  );
});

it("objects are of their classes again, and one object stays one", () => {
  const track = new Track(3);
  track.best = track;
  const state = again({ one: track, other: [track] }, { classes: [Track], outside: null }) as {
    one: Track;
    other: Track[];
  };
  expect(state.one).toBeInstanceOf(Track);
  expect(state.one.ids).toEqual([3]);
  expect(state.one).toBe(state.other[0]);
  expect(state.one.best).toBe(state.one);
});

it("an object outside is referred to, and gets its fields back", () => {
  const ids = { last: 7 };
  const packed = JSON.parse(JSON.stringify(packState({ ids }, { classes: [], outside: ids })));
  const others = { last: 0 };
  const state = unpackState(packed, { classes: [], outside: others }) as { ids: unknown };
  expect(state.ids).toBe(others);
  expect(others).toEqual({ last: 7 });
});

it.each([
  ["a function", { tracks: [() => 1] }, "state.tracks[0] is a function, which cannot be kept"],
  ["a picture", { last: picture(2, 2) }, "state.last is a picture, which cannot be kept"],
  ["an object of another class", new Map([["a", new Track(1)]]), "state[1] is a Track, which cannot be kept"],
])("%s is not kept, and named", (_, state, message) => {
  expect(() => packState(state, NOTHING)).toThrow(expect.objectContaining({ code: "STATE_KEPT", message }));
});

it.each([
  ["an object that is missing", { root: { is: 3 }, objects: [] }],
  ["a class that is unknown", { root: { is: 0 }, objects: [{ fields: [], of: "Track" }] }],
  ["an object outside that is gone", { root: { is: 0 }, objects: [{ outside: [] }] }],
])("%s is no state", (_, graph) => {
  expect(() => unpackState(graph as never, NOTHING)).toThrow(expect.objectContaining({ code: "STATE_KEPT" }));
});
