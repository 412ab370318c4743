import { expect, it } from "vitest";
import { colorOf } from "../../src/drawing/color.ts";
import { paletteOf } from "../../src/drawing/palette.ts";

function palette(color_palette: string, palette_size = 10, custom_colors: string[] = []) {
  return paletteOf({ color_palette, palette_size, custom_colors }, "boxes");
}

it.each(["DEFAULT", "ROBOFLOW", "Matplotlib Tab20", "Matplotlib Set3"])("no two colours of %s are the same", (name) => {
  const all = palette(name, 20);
  const length = { DEFAULT: 21, ROBOFLOW: 6, "Matplotlib Tab20": 20, "Matplotlib Set3": 12 }[name];
  expect(new Set(all.map(String)).size).toBe(length);
});

it("takes colours of a list at even places, the last one for the last", () => {
  expect(palette("Matplotlib Tab20", 3).map(hex)).toEqual(["1f77b4", "8c564b", "9edae5"]);
  expect(palette("Matplotlib Set1", 10).map(hex)[7]).toBe("a65628");
});

it("takes as many colours of a Matplotlib map as asked for, from its one end to the other", () => {
  const colors = palette("Matplotlib Viridis", 4);
  expect(colors).toHaveLength(4);
  expect([colors[0], colors[3]]).toEqual([
    [68, 1, 84],
    [253, 231, 36],
  ]);
  expect(palette("Matplotlib Viridis", 1)).toEqual([[68, 1, 84]]);
});

it("names the palettes there are when it gets another", () => {
  expect(() => palette("Matplotlib Twilight")).toThrowErrorMatchingInlineSnapshot(
    `[StepError: step "boxes": color_palette "Matplotlib Twilight" is not known; known are DEFAULT, ROBOFLOW, CUSTOM, Matplotlib Viridis, Matplotlib Plasma, Matplotlib Inferno, Matplotlib Magma, Matplotlib Cividis, Matplotlib Pastel1, Matplotlib Pastel2, Matplotlib Paired, Matplotlib Accent, Matplotlib Dark2, Matplotlib Set1, Matplotlib Set2, Matplotlib Set3, Matplotlib Tab10, Matplotlib Tab20, Matplotlib Tab20b, Matplotlib Tab20c]`,
  );
});

it("wants colours for the palette CUSTOM", () => {
  expect(() => palette("CUSTOM")).toThrow("custom_colors is empty; list at least one colour");
});

it.each([
  ["#ff8000", [255, 128, 0]],
  ["#f80", [255, 136, 0]],
  ["rgb(1, 2, 3)", [1, 2, 3]],
  ["BGR(1,2,3)", [3, 2, 1]],
  ["#01020380", [1, 2, 3]],
  ["Roboflow", [163, 81, 251]],
  [" white ", [255, 255, 255]],
])("reads the colour %s", (text, expected) => {
  expect(colorOf(text, "boxes")).toEqual(expected);
});

it.each(["", "#12", "rgb(1, 2)", "rgb(1, 2, 256)", "ultraviolet", "orange", "constructor"])(
  "refuses the colour %j",
  (text) => {
    expect(() => colorOf(text, "boxes")).toThrow(`"${text}" is no colour; expected "#RRGGBB"`);
  },
);

function hex(color: readonly number[]): string {
  return color.map((part) => part.toString(16).padStart(2, "0")).join("");
}
