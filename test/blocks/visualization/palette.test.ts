import { expect, it } from "vitest";
import { colorOf, contrast } from "../../../src/blocks/visualization/color.ts";
import { paletteOf } from "../../../src/blocks/visualization/palette.ts";

function palette(color_palette: string, palette_size = 10, custom_colors: string[] = []) {
  return paletteOf({ color_palette, palette_size, custom_colors }, "boxes");
}

it.each(["DEFAULT", "ROBOFLOW"])("white text reads on every colour of %s", (name) => {
  for (const color of palette(name)) expect(contrast(color, [255, 255, 255])).toBeGreaterThan(3);
});

it.each(["DEFAULT", "ROBOFLOW", "LEGACY"])("no two colours of %s are the same", (name) => {
  expect(new Set(palette(name).map(String)).size).toBe(palette(name).length);
});

it("takes as many colours of a Matplotlib map as asked for, from its one end to the other", () => {
  const colors = palette("Matplotlib Viridis", 4);
  expect(colors).toHaveLength(4);
  expect([colors[0], colors[3]]).toEqual([
    [68, 1, 84],
    [253, 231, 37],
  ]);
  expect(palette("Matplotlib Viridis", 1)).toEqual([[68, 1, 84]]);
});

it("names the palettes there are when it gets another", () => {
  expect(() => palette("Matplotlib Twilight")).toThrowErrorMatchingInlineSnapshot(
    `[StepError: step "boxes": color_palette "Matplotlib Twilight" is not known here; known are DEFAULT, ROBOFLOW, LEGACY, Matplotlib Tab10, CUSTOM, Matplotlib Viridis, Matplotlib Plasma, Matplotlib Inferno, Matplotlib Magma, Matplotlib Jet, Matplotlib HSV]`,
  );
});

it("wants colours for the palette CUSTOM", () => {
  expect(() => palette("CUSTOM")).toThrow("custom_colors is empty; list at least one colour");
});

it.each([
  ["#ff8000", [255, 128, 0]],
  ["#f80", [255, 136, 0]],
  ["rgb(1, 2, 3)", [1, 2, 3]],
  ["(1,2,3)", [1, 2, 3]],
  [" white ", [255, 255, 255]],
])("reads the colour %s", (text, expected) => {
  expect(colorOf(text, "boxes")).toEqual(expected);
});

it.each(["", "#12", "rgb(1, 2)", "rgb(1, 2, 256)", "ultraviolet", "constructor"])("refuses the colour %j", (text) => {
  expect(() => colorOf(text, "boxes")).toThrow(`"${text}" is no colour; expected "#RRGGBB"`);
});
