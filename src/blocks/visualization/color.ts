import { StepError } from "../../base/errors.ts";
import type { Color } from "./canvas.ts";

/** A colour from its name, `#rgb`, `#rrggbb`, `rgb(r, g, b)` or `(r, g, b)`; throws STEP_BAD_COLOR. */
export function colorOf(text: string, step: string): Color {
  const color = NAMES[text.trim().toUpperCase()] ?? fromHex(text.trim()) ?? fromNumbers(text.trim());
  if (color !== undefined) return color;
  throw new StepError(
    "STEP_BAD_COLOR",
    `step "${step}": "${text}" is no colour; expected "#RRGGBB", "rgb(r, g, b)" or one of ${Object.keys(NAMES).join(", ")}`,
    { step },
  );
}

/** The colour wanted for text, or black or white where that could not be read on the background (contrast under 2.5 : 1). */
export function readableOn(background: Color, wanted: Color): Color {
  if (contrast(background, wanted) >= 2.5) return wanted;
  return contrast(background, WHITE) >= contrast(background, BLACK) ? WHITE : BLACK;
}

/** Contrast ratio of two colours, 1..21 (WCAG 2.1). */
export function contrast(a: Color, b: Color): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

function luminance(color: Color): number {
  const [r, g, b] = color.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function fromHex(text: string): Color | undefined {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text)?.[1];
  if (digits === undefined) return undefined;
  const full = digits.length === 3 ? digits.replaceAll(/./g, "$&$&") : digits;
  const value = Number.parseInt(full, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function fromNumbers(text: string): Color | undefined {
  const parts = /^(?:rgb)?\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/i.exec(text);
  const [r, g, b] = (parts ?? []).slice(1).map(Number);
  if (r === undefined || g === undefined || b === undefined || Math.max(r, g, b) > 255) return undefined;
  return [r, g, b];
}

const WHITE: Color = [255, 255, 255];
const BLACK: Color = [0, 0, 0];

const NAMES: Readonly<Record<string, Color>> = {
  WHITE,
  BLACK,
  RED: [255, 0, 0],
  GREEN: [0, 128, 0],
  LIME: [0, 255, 0],
  BLUE: [0, 0, 255],
  YELLOW: [255, 255, 0],
  CYAN: [0, 255, 255],
  MAGENTA: [255, 0, 255],
  ORANGE: [255, 165, 0],
  PURPLE: [128, 0, 128],
  PINK: [255, 192, 203],
  BROWN: [165, 42, 42],
  GREY: [128, 128, 128],
  GRAY: [128, 128, 128],
  NAVY: [0, 0, 128],
  TEAL: [0, 128, 128],
  MAROON: [128, 0, 0],
  OLIVE: [128, 128, 0],
  SILVER: [192, 192, 192],
  GOLD: [255, 215, 0],
};
