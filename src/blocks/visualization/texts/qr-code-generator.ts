import { z } from "zod";
import { StepError } from "../../../base/errors.ts";
import { type Canvas, type Color, fillRect } from "../../../drawing/canvas.ts";
import { colorOf, knownColor } from "../../../drawing/color.ts";
import { cssColor } from "../../../drawing/css-colors.ts";
import type { Image } from "../../../kinds/image.ts";
import { type Modules, qrCodeOf } from "../../../vision/codes/qr-code.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef } from "../../contract/fields.ts";

const LEVELS = {
  "Low (~7% word recovery / highest data capacity)": "L",
  "Medium (~15% word recovery)": "M",
  "Quartile (~25% word recovery)": "Q",
  "High (~30% word recovery / lowest data capacity)": "H",
} as const;

type Level = keyof typeof LEVELS;

export const qrCodeGeneratorV1 = defineBlock({
  type: "roboflow_core/qr_code_generator@v1",
  aliases: ["QRCodeGenerator"],
  category: "visualization",
  summary: "Makes the picture of a QR code.",
  inputs: () =>
    z.object({
      text: orRef(z.string(), "string").describe("What the code says."),
      error_correct: z
        .enum(Object.keys(LEVELS) as Level[])
        .default("Medium (~15% word recovery)")
        .describe("How much of the code may be damaged and it is still read."),
      border: orRef(z.int(), "integer").default(4).describe("Width of the free edge, in modules of 10 pixels."),
      fill_color: orRef(z.string(), "string").default("BLACK").describe("Colour of the modules."),
      back_color: orRef(z.string(), "string").default("WHITE").describe("Colour of the ground."),
    }),
  outputs: { qr_code: "image" },
  needs: ["ids"],
  example: { text: "https://example.org/parcel/7", border: 2 },
  run: ({ text, error_correct, border, fill_color, back_color }, { step, services: { ids } }) => {
    const modules = qrCodeOf(text, LEVELS[error_correct]);
    if (modules === null) throw inputFault(step, `the text is too long for a QR code of level ${error_correct}`);
    if (border < 0) throw inputFault(step, `border is ${border}, expected 0 or more`);
    const colors = { fill: namedColor(fill_color, step), back: namedColor(back_color, step) };
    return { qr_code: pictureOf(painted(modules, border, colors), `qr_code.${ids.uuid()}`) };
  },
});

function namedColor(text: string, step: string): Color {
  return knownColor(text) ?? cssColor(text.trim()) ?? colorOf(text, step);
}

function inputFault(step: string, what: string): StepError {
  return new StepError("STEP_INPUT", `step "${step}": ${what}`, { step });
}

/** Pixels on a side of a module. */
const MODULE = 10;

function painted({ dark, size }: Modules, border: number, colors: { fill: Color; back: Color }): Canvas {
  const side = (size + 2 * border) * MODULE;
  const canvas = { rgb: new Uint8Array(3 * side * side), width: side, height: side };
  fillRect(canvas, { x: 0, y: 0, width: side, height: side }, colors.back);
  for (const [i, isDark] of dark.entries()) {
    if (isDark === 0) continue;
    const [x, y] = [(border + (i % size)) * MODULE, (border + Math.floor(i / size)) * MODULE];
    fillRect(canvas, { x, y, width: MODULE, height: MODULE }, colors.fill);
  }
  return canvas;
}

function pictureOf({ rgb, width, height }: Canvas, id: string): Image {
  return {
    kind: "image",
    width,
    height,
    pixels: { type: "owned", rgb, width, height },
    parentId: id,
    parent: null,
    root: { id, width, height, offsetX: 0, offsetY: 0 },
    video: null,
  };
}
