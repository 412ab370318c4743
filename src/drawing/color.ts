import { StepError } from "../base/errors.ts";
import type { Color } from "./canvas.ts";

/** A colour from `#rgb`, `#rrggbb`, `#rrggbbaa` (opaque all the same), `rgb(r, g, b)`, `bgr(b, g, r)` or a name; throws STEP_BAD_COLOR. */
export function colorOf(text: string, step: string): Color {
  const color = knownColor(text);
  if (color !== undefined) return color;
  const expected = `"#RRGGBB", "rgb(r, g, b)", "bgr(b, g, r)" or one of ${Object.keys(NAMES).join(", ")}`;
  throw new StepError("STEP_BAD_COLOR", `step "${step}": "${text}" is no colour; expected ${expected}`, { step });
}

/** The same, or undefined for what is no colour. */
export function knownColor(text: string): Color | undefined {
  return NAMES[text.trim().toUpperCase()] ?? fromHex(text.trim()) ?? fromNumbers(text.trim());
}

function fromHex(text: string): Color | undefined {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})$/i.exec(text)?.[1];
  if (digits === undefined) return undefined;
  const full = digits.length === 3 ? digits.replaceAll(/./g, "$&$&") : digits.slice(0, 6);
  const value = Number.parseInt(full, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function fromNumbers(text: string): Color | undefined {
  const [, order, ...parts] = /^(rgb|bgr)\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/i.exec(text) ?? [];
  const [first, second, third] = parts.map(Number);
  if (first === undefined || second === undefined || third === undefined) return undefined;
  if (Math.max(first, second, third) > 255) return undefined;
  return order?.toLowerCase() === "bgr" ? [third, second, first] : [first, second, third];
}

const NAMES: Readonly<Record<string, Color>> = {
  WHITE: [255, 255, 255],
  BLACK: [0, 0, 0],
  GREY: [128, 128, 128],
  RED: [255, 0, 0],
  GREEN: [0, 255, 0],
  BLUE: [0, 0, 255],
  YELLOW: [255, 255, 0],
  ROBOFLOW: [163, 81, 251],
};
