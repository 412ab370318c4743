import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stateText } from "../../../src/dynamic/state/state-text.ts";

describe("state as text", () => {
  it("holds whatever JSON can hold", () => {
    const object = fc.object({ maxDepth: 4, values: [fc.string(), fc.boolean(), fc.constant(null), fc.integer()] });
    fc.assert(
      fc.property(fc.oneof(object, fc.array(object), fc.double({ noNaN: true, noDefaultInfinity: true })), (state) => {
        expect(JSON.parse(stateText(state))).toEqual(JSON.parse(JSON.stringify(state)));
      }),
    );
  });

  it("leaves out keys without a value, as JSON does", () => {
    expect(stateText({ a: 1, b: undefined })).toBe('{"a":1}');
  });

  const own: Record<string, unknown> = {};
  own["self"] = { own };

  it.each([
    ["a function", { tracks: [1, 2, 3, { callback: () => 1 }] }, "state.tracks[3].callback is a function"],
    ["a number that is none", { sums: { "a b": [Number.NaN] } }, 'state.sums["a b"][0] is NaN'],
    ["an endless number", [Number.POSITIVE_INFINITY], "state[0] is Infinity"],
    ["a map", { seen: new Map() }, "state.seen is a Map"],
    ["a date", { at: new Date(0) }, "state.at is a Date"],
    ["numbers in an array of their own kind", { box: new Float32Array(4) }, "state.box is a Float32Array"],
    ["a large whole number", { id: 1n }, "state.id is a bigint"],
    ["a symbol", { id: Symbol("a") }, "state.id is a symbol"],
    ["a gap in a list", [1, undefined], "state[1] is undefined"],
    ["nothing", undefined, "state is undefined"],
    ["an object that is part of itself", own, "state.self.own is part of itself"],
  ])("refuses %s by its path", (_, state, what) => {
    expect(() => stateText(state)).toThrow(
      `${what}; state is made of plain objects, lists, texts, finite numbers, booleans and null`,
    );
  });

  it("takes an object that stands in two places", () => {
    const box = [1, 2];
    expect(stateText({ first: box, last: box })).toBe('{"first":[1,2],"last":[1,2]}');
  });
});
