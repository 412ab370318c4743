import { createRequire } from "node:module";
import type QRCode from "qrcode";
import type { QRCodeErrorCorrectionLevel, QRCodeMaskPattern, QRCodeSegment } from "qrcode";

/** Modules of a QR code in rows, 1 where dark. */
export interface Modules {
  dark: Uint8Array;
  /** Modules on a side. */
  size: number;
}

/** A QR code of the least size that holds the text as UTF-8; null when the text is too long for any. */
export function qrCodeOf(text: string, errorCorrectionLevel: QRCodeErrorCorrectionLevel): Modules | null {
  const segments = segmentsOf(text);
  if (!fits(segments, errorCorrectionLevel)) return null;
  const masked = MASKS.map((maskPattern) =>
    modulesOf(encoder().create(segments, { errorCorrectionLevel, maskPattern })),
  );
  const costs = masked.map((modules) => costOf(withoutFormat(modules)));
  return masked[costs.indexOf(Math.min(...costs))]!;
}

/** Loaded with the first code: most programs make none. */
function encoder(): typeof QRCode {
  return createRequire(import.meta.url)("qrcode") as typeof QRCode;
}

/** The package has no other way to ask. */
function fits(segments: QRCodeSegment[], errorCorrectionLevel: QRCodeErrorCorrectionLevel): boolean {
  try {
    encoder().create(segments, { errorCorrectionLevel, maskPattern: 0 });
    return true;
  } catch {
    return false;
  }
}

const MASKS: readonly QRCodeMaskPattern[] = [0, 1, 2, 3, 4, 5, 6, 7];

function modulesOf({ modules }: QRCode.QRCode): Modules {
  return { dark: Uint8Array.from(modules.data), size: modules.size };
}

/** Runs of digits, and of characters that have a short form, as in the reference: from four in a row on, or the whole of a shorter text. */
function segmentsOf(text: string): QRCodeSegment[] {
  const bytes = Buffer.from(text, "utf8").toString("latin1");
  const isShort = bytes.length <= 4;
  const [digits, short] = isShort ? [/^\d+$/, /^[0-9A-Z $%*+\-./:]+$/] : [/\d{4,}/, /[0-9A-Z $%*+\-./:]{4,}/];
  return split(bytes, digits).flatMap(({ part, matches }): QRCodeSegment[] => {
    if (matches) return [{ data: part, mode: "numeric" }];
    return split(part, short).map(({ part: rest, matches: isAlphanumeric }): QRCodeSegment => {
      return isAlphanumeric
        ? { data: rest, mode: "alphanumeric" }
        : { data: Buffer.from(rest, "latin1"), mode: "byte" };
    });
  });
}

function split(text: string, pattern: RegExp): { part: string; matches: boolean }[] {
  const parts: { part: string; matches: boolean }[] = [];
  for (let rest = text; rest !== ""; ) {
    const found = pattern.exec(rest);
    if (found === null) return [...parts, { part: rest, matches: false }];
    if (found.index > 0) parts.push({ part: rest.slice(0, found.index), matches: false });
    parts.push({ part: found[0], matches: true });
    rest = rest.slice(found.index + found[0].length);
  }
  return parts;
}

/** The modules that name mask, level and version become light: the reference weighs masks before it has written them. */
function withoutFormat({ dark, size }: Modules): Modules {
  const light = dark.slice();
  const clear = (x: number, y: number) => {
    light[y * size + x] = 0;
  };
  for (let i = 0; i < 9; i++) {
    if (i === 6) continue;
    clear(8, i);
    clear(i, 8);
  }
  for (let i = 1; i <= 8; i++) {
    clear(8, size - i);
    clear(size - i, 8);
  }
  const hasVersion = size >= 45;
  for (let i = 0; hasVersion && i < 18; i++) {
    const [along, across] = [Math.floor(i / 3), (i % 3) + size - 11];
    clear(along, across);
    clear(across, along);
  }
  return { dark: light, size };
}

/** How hard modules are to read, by the four rules of ISO/IEC 18004. */
function costOf(modules: Modules): number {
  const { dark, size } = modules;
  let cost = 10 * Math.trunc(Math.abs((dark.reduce((sum, module) => sum + module, 0) / dark.length) * 100 - 50) / 5);
  for (let i = 0; i < size; i++) {
    cost += lineCost(dark.subarray(i * size, (i + 1) * size));
    cost += lineCost(Uint8Array.from({ length: size }, (_, y) => dark[y * size + i]!));
  }
  for (let at = 0; at < size * (size - 1); at++) {
    if (at % size === size - 1) continue;
    const sum = dark[at]! + dark[at + 1]! + dark[at + size]! + dark[at + size + 1]!;
    if (sum === 0 || sum === 4) cost += 3;
  }
  return cost;
}

/** Runs of five and more of a colour, and what looks like the middle of a finder beside four light modules. */
function lineCost(line: Uint8Array): number {
  let [cost, run, recent] = [0, 0, 0];
  for (const [i, module] of line.entries()) {
    run = i > 0 && module === line[i - 1] ? run + 1 : 1;
    if (run === 5) cost += 3;
    if (run > 5) cost += 1;
    recent = ((recent << 1) | module) & 0b11111111111;
    if (i >= 10 && (recent === 0b10111010000 || recent === 0b00001011101)) cost += 40;
  }
  return cost;
}
