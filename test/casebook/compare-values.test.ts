import { describe, expect, it } from "vitest";
import type { Case } from "../../src/casebook/case-file.ts";
import { ValueComparison } from "../../src/casebook/compare-values.ts";
import { readExpectedPictures } from "../../src/casebook/expected-pictures.ts";
import { encodePicture, Picture } from "../../src/casebook/picture.ts";

const NO_RULES = {
  definition: { outputs: [{ name: "out", selector: "$steps.count.count_in" }] },
  tolerance: { abs: 1e-6, rel: 1e-6 },
  ignore: [],
  up_to_renaming: [],
  unordered: [],
  csv: [],
  mask: [],
};

/** Paths of the places that differ. */
function places(expected: unknown, found: unknown, rules: Partial<Case> = {}): string[] {
  const comparison = new ValueComparison({ ...NO_RULES, ...rules }, new Map());
  comparison.compare(expected, found, []);
  return comparison.differences.map(({ path }) => path);
}

describe("a comparison of values", () => {
  it.each<[string, unknown, unknown, string[]]>([
    ["takes whole and broken numbers for one type", { a: 1 }, { a: 1.0 }, []],
    ["allows numbers their tolerance and no more", { a: 100, b: 100 }, { a: 100.0001, b: 100.001 }, ["/b"]],
    ["does not take a boolean for a number", [1, 0], [true, false], ["/0", "/1"]],
    ["does not take null for nothing", { a: null }, {}, ["/a"]],
    ["finds keys that are too many", { a: 1 }, { a: 1, b: 2 }, ["/b"]],
    ["finds lists of other lengths", [[1, 2]], [[1]], ["/0"]],
    ["keeps the order of lists", [1, 2], [2, 1], ["/0", "/1"]],
    ["takes one instant for the same in any zone", "2024-01-01T01:00:00+01:00", "2024-01-01T00:00:00.000Z", []],
    ["finds another instant", { t: "2024-01-01T01:00:00+01:00" }, { t: "2024-01-01T00:00:01Z" }, ["/t"]],
    ["reads instants that JSON lacks", { $datetime: "2024-01-01T00:00:00+00:00" }, "2024-01-01T00:00:00.000Z", []],
    ["reads bytes", [{ $bytes: "aGk=" }, { $bytes: "aGk=" }], ["aGk=", "aGo="], ["/1"]],
    ["has null for infinite numbers", [{ $float: "inf" }, { $float: "-inf" }], [null, 3], ["/1"]],
    ["looks into raw values", { $raw: "detections", value: { a: 1 } }, { a: 2 }, ["/a"]],
    ["leaves out keys that only some versions write", { total_frames: 3, root_parent_id: "a" }, {}, []],
    ["compares these where both have them", { total_frames: 3 }, { total_frames: 4 }, ["/total_frames"]],
    ["leaves out the size of a picture without detections", empty(160), empty(null), []],
    ["compares it where there are detections", detections(160), detections(170), ["/image/width"]],
    ["takes polygons from any start", points([0, 0], [4, 0], [4, 3]), points([4, 0], [4, 3], [0, 0]), []],
    ["takes polygons in either direction", points([0, 0], [4, 0], [4, 3]), points([4, 3], [4, 0], [0, 0]), []],
    ["finds another polygon", points([0, 0], [4, 0], [4, 3]), points([0, 0], [4, 0], [4, 4]), ["/points/2/1"]],
  ])("%s", (_, expected, found, differences) => {
    expect(places(expected, found)).toEqual(differences);
  });

  it("ignores paths, with any index of a list but no key for *", () => {
    const rules = { ignore: ["/rows/*/id"] };
    expect(places({ rows: [{ id: 1, v: 1 }] }, { rows: [{ id: 2, v: 2 }] }, rules)).toEqual(["/rows/0/v"]);
    expect(places({ rows: { a: { id: 1 } } }, { rows: { a: { id: 2 } } }, rules)).toEqual(["/rows/a/id"]);
  });

  it("renames one to one over the whole case", () => {
    const rules = { up_to_renaming: ["/*"] };
    expect(places(["a", "b", "a"], ["x", "y", "x"], rules)).toEqual([]);
    expect(places(["a", "b", "a"], ["x", "y", "y"], rules)).toEqual(["/2"]);
    expect(places(["a", "b"], ["x", "x"], rules)).toEqual(["/1"]);
    expect(places([1, null], [7, 8], rules)).toEqual(["/1"]);
  });

  it("compares lists as sets with repetition, names included", () => {
    const rules = { unordered: ["/l"], up_to_renaming: ["/l/*/id"] };
    const list = (...items: [number, string][]) => ({ l: items.map(([v, id]) => ({ v, id })) });
    expect(places(list([1, "a"], [2, "b"], [2, "c"]), list([2, "z"], [1, "x"], [2, "y"]), rules)).toEqual([]);
    expect(places(list([1, "a"], [1, "b"]), list([1, "x"], [2, "y"]), rules)).toEqual(["/l/1"]);
  });

  it("compares CSV as tables with columns in any order", () => {
    const rules = { csv: ["/c"] };
    expect(places({ c: 'a,b\n1,"x,""y"\n' }, { c: 'b,a\r\n"x,""y",1\r\n' }, rules)).toEqual([]);
    expect(places({ c: "a,b\n1,2\n3,4\n" }, { c: "a,b\n3,4\n1,2\n" }, rules)).toEqual(["/c"]);
    expect(places({ c: "a,b\n1,2\n" }, { c: "a,b\n1,\n" }, rules)).toEqual(["/c"]);
  });

  it("masks what it found before it compares", () => {
    const rules = { mask: [{ path: "/t", regex: "\\d+", with: "<n>" }] };
    expect(places({ t: "at <n>" }, { t: "at 17" }, rules)).toEqual([]);
    expect(places({ t: "at <n>" }, { t: "on 17" }, rules)).toEqual(["/t"]);
  });

  it("names the step of an output", () => {
    const comparison = new ValueComparison(NO_RULES, new Map());
    comparison.compare({ out: 1 }, { out: 2 }, ["runs", 0, "rows", 0]);
    expect(comparison.differences).toEqual([{ path: "/runs/0/rows/0/out", step: "count", expected: 1, found: 2 }]);
  });
});

describe("a comparison of pictures", () => {
  const grey = (value: number, width = 10, height = 10) => {
    return new Picture(new Uint8Array(3 * width * height).fill(value), { width, height });
  };
  const json = async (picture: Picture) => {
    return { type: "base64", value: (await encodePicture(picture)).toString("base64"), parent_id: "a" };
  };

  async function differences(expected: unknown, found: unknown, rules: Partial<Case> = {}) {
    const comparison = new ValueComparison({ ...NO_RULES, ...rules }, await readExpectedPictures(expected, "/"));
    comparison.compare(expected, found, []);
    return comparison.differences.map((difference) => [difference.path, difference.found]);
  }

  it("looks at every pixel, then at the other keys", async () => {
    const expected = await json(grey(100));
    expect(await differences(expected, { ...expected, value: grey(100) })).toEqual([]);
    expect(await differences(expected, { ...expected, value: grey(100), parent_id: "b" })).toEqual([
      ["/parent_id", "b"],
    ]);
    expect(await differences(expected, { ...expected, value: grey(101) })).toEqual([
      ["", expect.stringContaining("differs in 100.00 % of its pixels")],
    ]);
  });

  it("allows channels the difference that the case allows", async () => {
    const expected = await json(grey(100));
    const tolerance = { abs: 0, rel: 0, pixels: { max: 2 } };
    expect(await differences(expected, { ...expected, value: grey(102) }, { tolerance })).toEqual([]);
    expect(await differences(expected, { ...expected, value: grey(103) }, { tolerance })).toHaveLength(1);
  });

  it("finds another size", async () => {
    const expected = await json(grey(100));
    expect(await differences(expected, { ...expected, value: grey(100, 10, 9) })).toEqual([
      ["", "a picture of 10x9, not 10x10"],
    ]);
  });
});

function empty(width: number | null) {
  return { image: { width, height: width }, predictions: [] };
}

function detections(width: number) {
  return { image: { width, height: 1 }, predictions: [{ x: 1 }] };
}

function points(...list: [number, number][]) {
  return { points: list };
}
