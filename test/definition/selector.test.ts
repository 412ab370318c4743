import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { looksLikeSelector, parseSelector } from "../../src/definition/selector.ts";

describe("a selector", () => {
  it.each([
    ["$inputs.image", { type: "input", name: "image" }],
    ["$inputs.my-image_2", { type: "input", name: "my-image_2" }],
    ["$steps.crop", { type: "step", name: "crop" }],
    ["$steps.crop.crops", { type: "output", step: "crop", output: "crops" }],
    ["$steps.crop.*", { type: "output", step: "crop", output: "*" }],
    ["$steps.1.a-b", { type: "output", step: "1", output: "a-b" }],
  ])("names an input, a step or an output: %s", (text, selector) => {
    expect(parseSelector(text)).toEqual(selector);
  });

  it.each([
    "",
    "$",
    "image",
    "inputs.image",
    "$inputs",
    "$inputs.",
    "$inputs.*",
    "$inputs.a.b",
    "$steps.",
    "$steps.a.",
    "$steps.a.b.c",
    "$steps.*",
    "$outputs.a",
    "$steps.my step.out",
    " $inputs.a",
    "$inputs.a\n",
    "$steps.é",
  ])("is nothing else: %j", (text) => {
    expect(parseSelector(text)).toBeNull();
  });

  it("names what it was written with", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_-]+$/);
    fc.assert(
      fc.property(name, name, (step, output) => {
        expect(parseSelector(`$steps.${step}.${output}`)).toEqual({ type: "output", step, output });
        expect(parseSelector(`$inputs.${step}`)).toEqual({ type: "input", name: step });
      }),
    );
  });

  it("is suspected in every text that begins with $", () => {
    expect(["$5", "$inputs.a", "5$", "", null, 5, ["$a"]].map(looksLikeSelector)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
