import { StepError } from "../base/errors.ts";
import type { Color } from "./canvas.ts";
import { colorOf } from "./color.ts";

export interface PaletteChoice {
  color_palette: string;
  palette_size: number;
  custom_colors: readonly string[];
}

/** Colours to choose from, at least one; throws STEP_BAD_PALETTE for a palette that has none. */
export function paletteOf(choice: PaletteChoice, step: string): Color[] {
  const { color_palette: name, palette_size: size } = choice;
  if (name === "CUSTOM") return customColors(choice.custom_colors, step);
  const fixed = FIXED[name];
  if (fixed !== undefined) return hexColors(fixed);
  const map = name.replace(PREFIX, "");
  const [ramp, list] = [RAMPS[map], LISTS[map]];
  if (ramp !== undefined) return mixed(hexColors(ramp), size);
  if (list !== undefined) return chosen(hexColors(list), size);
  throw bad(step, `color_palette "${name}" is not known; known are ${PALETTE_NAMES.join(", ")}`);
}

function customColors(colors: readonly string[], step: string): Color[] {
  if (colors.length === 0)
    throw bad(step, 'color_palette is "CUSTOM", but custom_colors is empty; list at least one colour');
  return colors.map((color) => colorOf(color, step));
}

/** Even places over a continuous map, its ends included. */
function mixed(ramp: readonly Color[], size: number): Color[] {
  return places(size).map((share) => {
    const place = share * (ramp.length - 1);
    const from = ramp[Math.floor(place)]!;
    const to = ramp[Math.ceil(place)]!;
    const part = (channel: 0 | 1 | 2) => Math.round(from[channel] + (to[channel] - from[channel]) * (place % 1));
    return [part(0), part(1), part(2)];
  });
}

/** Even places over a map of single colours. */
function chosen(list: readonly Color[], size: number): Color[] {
  return places(size).map((share) => list[Math.min(list.length - 1, Math.floor(share * list.length))]!);
}

/** From 0 to 1, with the rounding of the reference: 7 ninths fall below the eighth of nine colours. */
function places(size: number): number[] {
  const between = 1 / Math.max(1, size - 1);
  return Array.from({ length: size }, (_, i) => (i > 0 && i === size - 1 ? 1 : i * between));
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

const PREFIX = "Matplotlib ";

const FIXED: Readonly<Record<string, string>> = {
  DEFAULT:
    "a351fb ff4040 ffa1a0 ff7633 ffb633 d1d435 4cfb12 94cf1a 40de8a 1b9640 00d6c1 2e9caa 00c4ff 364797 6675ff 0019ef 863aff 530087 cd3aff ff97ca ff39c9",
  ROBOFLOW: "c28dfc a351fb 8315f9 6706ce 5905b3 4d049a",
};

// Ten even steps of each continuous map; what lies between is mixed.
const RAMPS: Readonly<Record<string, string>> = {
  Viridis: "440154 472777 3e4989 30678d 25828e 1e9d88 35b778 6dce58 b5dd2b fde724",
  Plasma: "0c0786 45039e 7200a8 9b179e bc3685 d7576b ec7853 fa9f3a fcc926 eff821",
  Inferno: "000003 1a0b40 4a0b6a 781c6d a42c60 cf4446 ed6825 fb9b06 f7d13c fcfea4",
  Magma: "000003 170f3c 430f75 711f81 9e2e7e cd3f70 f0605d fd9567 fec98d fbfcbf",
  Cividis: "00224d 11356f 3a486b 575d6d 6f7073 898678 a59b73 c3b368 e1cc54 fde737",
};

const LISTS: Readonly<Record<string, string>> = {
  Pastel1: "fbb4ae b3cde3 ccebc5 decbe4 fed9a6 ffffcc e5d8bd fddaec f2f2f2",
  Pastel2: "b3e2cd fdcdac cbd5e8 f4cae4 e6f5c9 fff2ae f1e2cc cccccc",
  Paired: "a6cee3 1f78b4 b2df8a 33a02c fb9a99 e31a1c fdbf6f ff7f00 cab2d6 6a3d9a ffff99 b15928",
  Accent: "7fc97f beaed4 fdc086 ffff99 386cb0 f0027f bf5b16 666666",
  Dark2: "1b9e77 d95f02 7570b3 e7298a 66a61e e6ab02 a6761d 666666",
  Set1: "e41a1c 377eb8 4daf4a 984ea3 ff7f00 ffff33 a65628 f781bf 999999",
  Set2: "66c2a5 fc8d62 8da0cb e78ac3 a6d854 ffd92f e5c494 b3b3b3",
  Set3: "8dd3c7 ffffb3 bebada fb8072 80b1d3 fdb462 b3de69 fccde5 d9d9d9 bc80bd ccebc5 ffed6f",
  Tab10: "1f77b4 ff7f0e 2ca02c d62728 9467bd 8c564b e377c2 7f7f7f bcbd22 17becf",
  Tab20:
    "1f77b4 aec7e8 ff7f0e ffbb78 2ca02c 98df8a d62728 ff9896 9467bd c5b0d5 8c564b c49c94 e377c2 f7b6d2 7f7f7f c7c7c7 bcbd22 dbdb8d 17becf 9edae5",
  Tab20b:
    "393b79 5254a3 6b6ecf 9c9ede 637939 8ca252 b5cf6b cedb9c 8c6d31 bd9e39 e7ba52 e7cb94 843c39 ad494a d6616b e7969c 7b4173 a55194 ce6dbd de9ed6",
  Tab20c:
    "3182bd 6baed6 9ecae1 c6dbef e6550d fd8d3c fdae6b fdd0a2 31a354 74c476 a1d99b c7e9c0 756bb1 9e9ac8 bcbddc dadaeb 636363 969696 bdbdbd d9d9d9",
};

export const PALETTE_NAMES: readonly string[] = [
  ...Object.keys(FIXED),
  "CUSTOM",
  ...[...Object.keys(RAMPS), ...Object.keys(LISTS)].map((map) => `${PREFIX}${map}`),
];
