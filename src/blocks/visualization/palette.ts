import { StepError } from "../../base/errors.ts";
import type { Color } from "./canvas.ts";
import { colorOf } from "./color.ts";

export interface PaletteChoice {
  color_palette: string;
  palette_size: number;
  custom_colors: readonly string[];
}

/** Colours to choose from, at least one; throws STEP_BAD_PALETTE for a name that has none. */
export function paletteOf(choice: PaletteChoice, step: string): Color[] {
  const { color_palette: name, palette_size: size } = choice;
  const fixed = named(FIXED, name);
  if (fixed !== undefined) return hexColors(fixed);
  if (name.toUpperCase() === "CUSTOM") return customColors(choice.custom_colors, step);
  const ramp = named(RAMPS, name);
  if (ramp !== undefined) return sampled(hexColors(ramp), size);
  const known = [...Object.keys(FIXED), "CUSTOM", ...Object.keys(RAMPS)].join(", ");
  throw bad(step, `color_palette "${name}" is not known here; known are ${known}`);
}

/** Letters may be of any case. */
function named(palettes: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(palettes).find(([known]) => known.toUpperCase() === name.toUpperCase())?.[1];
}

function customColors(colors: readonly string[], step: string): Color[] {
  if (colors.length === 0)
    throw bad(step, 'color_palette is "CUSTOM", but custom_colors is empty; list at least one colour');
  return colors.map((color) => colorOf(color, step));
}

/** Even steps over a ramp, its ends included. */
function sampled(ramp: readonly Color[], size: number): Color[] {
  return Array.from({ length: size }, (_, i) => {
    const place = size === 1 ? 0 : (i / (size - 1)) * (ramp.length - 1);
    const from = ramp[Math.floor(place)]!;
    const to = ramp[Math.ceil(place)]!;
    const mixed = from.map((value, part) => Math.round(value + (to[part]! - value) * (place % 1)));
    return [mixed[0]!, mixed[1]!, mixed[2]!];
  });
}

function hexColors(list: string): Color[] {
  return list.split(" ").map((digits) => {
    const value = Number.parseInt(digits, 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  });
}

function bad(step: string, message: string): StepError {
  return new StepError("STEP_BAD_PALETTE", `step "${step}": ${message}`, { step });
}

// Neighbours differ in hue and lightness; white text reads on every colour of the first two.
const FIXED: Readonly<Record<string, string>> = {
  DEFAULT: "e0294a 0a8f5b 2f66f0 d45a00 8b3fe0 0b87a6 c72a95 6b8a0e a3621d 5b6b84",
  ROBOFLOW: "7c2cf0 0a8a8f d6268f 2f5fe8 c75400 0d9160 b01fd1 4f46c8 cf2f45 51708f",
  LEGACY: "e01b1b 1ba81b 2336ff e6a800 00a8c8 d81bd8 ff6a00 7a1be0 8fb800 ff5c9a 008f7a 9a5a2a",
  "Matplotlib Tab10": "1f77b4 ff7f0e 2ca02c d62728 9467bd 8c564b e377c2 7f7f7f bcbd22 17becf",
};

// Ten even steps of each map; what lies between is mixed.
const RAMPS: Readonly<Record<string, string>> = {
  "Matplotlib Viridis": "440154 482878 3e4989 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725",
  "Matplotlib Plasma": "0d0887 46039f 7201a8 9c179e bd3786 d8576b ed7953 fb9f3a fdca26 f0f921",
  "Matplotlib Inferno": "000004 1b0c41 4a0c6b 781c6d a52c60 cf4446 ed6925 fb9b06 f7d13d fcffa4",
  "Matplotlib Magma": "000004 180f3d 440f76 721f81 9e2f7f cd4071 f1605d fd9668 feca8d fcfdbf",
  "Matplotlib Jet": "000080 0000ff 0063ff 00d5ff 4dffaa aaff4d ffe600 ff7d00 ff1400 800000",
  "Matplotlib HSV": "ff0000 ffaa00 aaff00 00ff00 00ffaa 00aaff 0000ff aa00ff ff00aa ff0000",
};
