// Draws the label glyphs from DejaVu Sans Mono (Debian: fonts-dejavu-core) into src/blocks/visualization/glyphs.ts.
// Run: npx tsx scripts/make-glyphs.ts

import { writeFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import sharp from "sharp";

const FONT = "DejaVu Sans Mono";
const [WIDTH, HEIGHT, BASELINE] = [17, 34, 27];
/** The font's advance in units of its em: the size is chosen so that a glyph is a whole number of pixels wide. */
const ADVANCE = 1233 / 2048;
const RANGES = [
  [0x20, 0x7e],
  [0xa0, 0xff],
] as const;

const codes = RANGES.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
const alpha = await draw(codes);
const packed = deflateRawSync(halve(alpha), { level: 9 }).toString("base64");
writeFileSync(new URL("../src/blocks/visualization/glyphs.ts", import.meta.url), source(packed));
process.stdout.write(`${codes.length} glyphs, ${packed.length} characters\n`);

/** Coverage 0..255, one glyph below the other. */
async function draw(shown: readonly number[]): Promise<Uint8Array> {
  const texts = shown.map((code, i) => `<text x="0" y="${i * HEIGHT + BASELINE}">&#${code};</text>`);
  const style = `font-family="${FONT}" font-size="${WIDTH / ADVANCE}" fill="#fff" xml:space="preserve"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${shown.length * HEIGHT}"><g ${style}>${texts.join("")}</g></svg>`;
  const { data, info } = await sharp(Buffer.from(svg))
    .extractChannel("alpha")
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.width !== WIDTH || info.height !== shown.length * HEIGHT)
    throw new Error(`drawn ${info.width}x${info.height}`);
  return data;
}

/** 16 levels are enough for text: two pixels a byte, the first in the high half. */
function halve(levels: Uint8Array): Uint8Array {
  const halved = new Uint8Array(Math.ceil(levels.length / 2));
  levels.forEach((level, i) => {
    const nibble = Math.round(level / 17);
    halved[i >> 1] = (halved[i >> 1] ?? 0) | (i % 2 === 0 ? nibble << 4 : nibble);
  });
  return halved;
}

function source(packedGlyphs: string): string {
  return `// Made by scripts/make-glyphs.ts from ${FONT}; see NOTICE for its licence. Do not edit.

/** Size of a glyph in pixels. */
export const GLYPH_WIDTH = ${WIDTH};
export const GLYPH_HEIGHT = ${HEIGHT};

/** Ranges of code points, first and last, in the order of the glyphs. */
export const GLYPH_RANGES: readonly (readonly [number, number])[] = ${JSON.stringify(RANGES)};

/** Coverage of all glyphs one below the other, 4 bits a pixel, deflated, base64. */
export const PACKED_GLYPHS =
  // biome-ignore format: one long text
  "${packedGlyphs}";
`;
}
