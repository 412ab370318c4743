/** The same for any number of pictures, so that a video of sheets keeps its size. */
export const SHEET_SIZE = { width: 960, height: 720 } as const;
/** More would be too small to see. */
const MOST = 36;

interface Packed {
  rgb: Uint8Array;
  width: number;
  height: number;
}

/** Pictures of a list, such as crops, side by side on black: the first of them where there are many. */
export async function contactSheet(pictures: readonly Packed[]): Promise<Packed> {
  const { default: sharp } = await import("sharp");
  const shown = pictures.slice(0, MOST);
  const columns = Math.ceil(Math.sqrt(shown.length));
  const cell = { width: SHEET_SIZE.width / columns, height: SHEET_SIZE.height / Math.ceil(shown.length / columns) };
  const tiles = shown.map(async ({ rgb, width, height }, i) => {
    const raw = { width, height, channels: 3 } as const;
    const size = {
      width: Math.floor(cell.width),
      height: Math.floor(cell.height),
      fit: "contain",
      background: "black",
    } as const;
    const { data, info } = await sharp(rgb, { raw }).resize(size).raw().toBuffer({ resolveWithObject: true });
    const place = {
      left: Math.floor((i % columns) * cell.width),
      top: Math.floor(Math.floor(i / columns) * cell.height),
    };
    return { input: data, raw: { width: info.width, height: info.height, channels: info.channels }, ...place };
  });
  const sheet = sharp({ create: { ...SHEET_SIZE, channels: 3, background: "black" } });
  const rgb = await sheet
    .composite(await Promise.all(tiles))
    .removeAlpha()
    .raw()
    .toBuffer();
  return { rgb, ...SHEET_SIZE };
}
