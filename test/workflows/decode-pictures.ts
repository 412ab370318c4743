import sharp from "sharp";

/** A picture among the outputs, decoded; what JSON says of it beside is kept in `origin`. */
export class Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
  readonly origin: Record<string, unknown>;

  constructor(rgb: Uint8Array, size: { width: number; height: number }, origin: Record<string, unknown>) {
    this.rgb = rgb;
    this.width = size.width;
    this.height = size.height;
    this.origin = origin;
  }

  pixel(x: number, y: number): number[] {
    const at = (y * this.width + x) * 3;
    return [...this.rgb.subarray(at, at + 3)];
  }
}

/** The value with its base64 pictures decoded, however deep they are. */
export async function decodePictures(value: unknown): Promise<unknown> {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Promise.all(value.map(decodePictures));
  const entries = Object.entries(value);
  const { type, value: base64, ...origin } = Object.fromEntries(entries);
  if (type === "base64" && typeof base64 === "string") return decode(base64, origin);
  const decoded = entries.map(async ([key, item]) => [key, await decodePictures(item)] as const);
  return Object.fromEntries(await Promise.all(decoded));
}

async function decode(base64: string, origin: Record<string, unknown>): Promise<Picture> {
  const { data, info } = await sharp(Buffer.from(base64, "base64")).raw().toBuffer({ resolveWithObject: true });
  return new Picture(new Uint8Array(data), info, origin);
}
