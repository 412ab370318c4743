import { describe, expect, it } from "vitest";
import { serialiseAs } from "../../src/kinds/serialise-as.ts";

const codecs = new Map([
  ["serial", { serialise: (value: unknown) => `#${String(value)}` }],
  ["string", { serialise: (value: unknown) => ({ text: value }) }],
  [
    "picky",
    {
      serialise(value: unknown) {
        if (typeof value !== "number") throw new Error("only numbers");
        return { value, at: new Date(0) };
      },
    },
  ],
  ["only_in", { deserialise: (json: unknown) => json }],
]);

const written = (value: unknown, ...kinds: string[]) => serialiseAs(value, kinds, { codecs });

describe("a value with kinds of plugins", () => {
  it("is written by the codec of its kind, and what that gives as plain JSON", () => {
    expect(written(5, "serial")).toBe("#5");
    expect(written(5, "picky")).toEqual({ value: 5, at: "1970-01-01T00:00:00.000Z" });
  });

  it("is written by the codec of a plugin where millrace has one of its own", () => {
    expect(written("a", "string")).toEqual({ text: "a" });
  });

  it("is written by the first kind that can", () => {
    expect(written("a", "picky", "serial")).toBe("#a");
    expect(written("a", "picky", "timestamp", "*")).toBe("a");
    expect(written(new Date(0), "picky", "timestamp")).toBe("1970-01-01T00:00:00.000Z");
    expect(written("a secret text", "secret", "serial")).toBe("a ********xt");
    expect(written(5, "image", "integer", "serial")).toBe("#5");
  });

  it("stays null when there is none", () => {
    expect(written(null, "serial")).toBeNull();
    expect(written(undefined, "picky")).toBeNull();
  });

  it("passes where no kind has a codec", () => {
    expect(written([1, new Date(0)], "only_in", "integer")).toEqual([1, "1970-01-01T00:00:00.000Z"]);
    expect(serialiseAs(5, ["serial"], { codecs: new Map() })).toBe(5);
  });

  it("fails with the reasons when a codec fails and nothing else fits", () => {
    expect(() => written("a", "picky", "image")).toThrowErrorMatchingInlineSnapshot(
      `[MillraceError: a value cannot be written as picky: only numbers]`,
    );
  });
});
