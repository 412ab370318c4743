import { textSize } from "../../../drawing/text.ts";

/** Where lines stand in a box of text, and its size. */
export interface TextBox {
  lines: { text: string; x: number; y: number }[];
  width: number;
  height: number;
}

export const ALIGNS = ["left", "center", "right"] as const;

interface Style {
  font_scale: number;
  font_thickness: number;
  padding: number;
  text_align: (typeof ALIGNS)[number];
}

/** Lays lines out one below another, with a quarter of their height between them. */
export function textBoxOf(
  text: string,
  { font_scale: scale, font_thickness: thickness, padding, text_align }: Style,
): TextBox {
  const style = { scale, thickness };
  const sample = textSize("Ag", style);
  const advance = sample.height + sample.depth;
  const gap = Math.max(1, Math.round(0.25 * advance));
  const measured = text.split("\n").map((line) => ({ text: line, width: textSize(line, style).width }));
  const widest = Math.max(...measured.map(({ width }) => width));
  const lines = measured.map((line, i) => ({
    text: line.text,
    x: padding + shiftOf(widest - line.width, text_align),
    y: padding + sample.height + i * (advance + gap),
  }));
  const height = lines.length * advance + (lines.length - 1) * gap + 2 * padding;
  return { lines, width: widest + 2 * padding, height };
}

function shiftOf(free: number, align: Style["text_align"]): number {
  if (align === "left") return 0;
  return align === "right" ? free : Math.floor(free / 2);
}

export const PLACES = [
  "center",
  "top_left",
  "top_center",
  "top_right",
  "bottom_left",
  "bottom_center",
  "bottom_right",
  "center_left",
  "center_right",
] as const;

interface Placing {
  position_mode: "absolute" | "relative";
  position_x: number;
  position_y: number;
  anchor: (typeof PLACES)[number];
  offset_x: number;
  offset_y: number;
}

/** The upper left corner of a box of text, moved into the picture. */
export function placedText(
  box: TextBox,
  { position_mode, ...place }: Placing,
  picture: { width: number; height: number },
): [number, number] {
  const { anchor } = place;
  const [across, down] = [shareOf(anchor, "left", "right"), shareOf(anchor, "top", "bottom")];
  const isAbsolute = position_mode === "absolute";
  const x = isAbsolute ? place.position_x : Math.trunc(across * (picture.width - box.width)) + place.offset_x;
  const y = isAbsolute ? place.position_y : Math.trunc(down * (picture.height - box.height)) + place.offset_y;
  return [within(x, picture.width - box.width), within(y, picture.height - box.height)];
}

function shareOf(anchor: string, start: string, end: string): number {
  if (anchor.includes(start)) return 0;
  return anchor.includes(end) ? 1 : 0.5;
}

function within(at: number, most: number): number {
  return Math.max(0, Math.min(at, most));
}
