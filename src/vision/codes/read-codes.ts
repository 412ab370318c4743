import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { ReadInputBarcodeFormat, ReadResult } from "zxing-wasm/reader";
import type { Raster } from "../raster.ts";

/** A code that was found and read. */
export interface ReadCode {
  text: string;
  /** Upright box around its four corners, in whole pixels: x min, y min, x max, y max. */
  box: [number, number, number, number];
}

/** Reads QR codes, or codes of every kind, from the top of the picture down. The reader is loaded on the first call of a thread. */
export async function readCodes(raster: Raster<1>, kind: "qr" | "all"): Promise<ReadCode[]> {
  reader ??= loadReader();
  const { readBarcodes } = await reader;
  const { width, height } = raster;
  const picture = { width, height, data: rgbaOf(raster), colorSpace: "srgb" } as const;
  const found = await readBarcodes(picture as ImageData, { formats: FORMATS[kind], tryHarder: true });
  return found
    .filter(({ isValid }) => isValid)
    .map(readCode)
    .sort((a, b) => a.box[1] - b.box[1] || a.box[0] - b.box[0]);
}

const FORMATS: Record<"qr" | "all", ReadInputBarcodeFormat[]> = {
  qr: ["QRCode", "MicroQRCode", "RMQRCode"],
  all: [],
};

type Reader = typeof import("zxing-wasm/reader");
type ImageData = Exclude<Parameters<Reader["readBarcodes"]>[0], Blob | ArrayBuffer | Uint8Array>;
let reader: Promise<Reader> | undefined;

async function loadReader(): Promise<Reader> {
  const module = await import("zxing-wasm/reader");
  // Without these bytes the package would fetch them from the internet.
  const wasmBinary = await readFile(createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm"));
  module.prepareZXingModule({ overrides: { wasmBinary: wasmBinary.buffer as ArrayBuffer } });
  return module;
}

function rgbaOf({ data, width, height, stride }: Raster<1>): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0, to = 0; y < height; y++) {
    for (let at = y * stride; at < y * stride + width; at++, to += 4) {
      rgba[to] = data[at]!;
      rgba[to + 1] = data[at]!;
      rgba[to + 2] = data[at]!;
    }
  }
  return rgba;
}

function readCode({ text, format, position }: ReadResult): ReadCode {
  const corners = [position.topLeft, position.topRight, position.bottomLeft, position.bottomRight];
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  return {
    text: bareText(text, format),
    box: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)],
  };
}

/** Without the letters around a Codabar code, and the 0 that makes an EAN-13 of a UPC-A. */
function bareText(text: string, format: ReadResult["format"]): string {
  if (format === "Codabar") return text.replace(/^[A-D](.*)[A-D]$/i, "$1");
  return format === "EAN13" && text.startsWith("0") ? text.slice(1) : text;
}
