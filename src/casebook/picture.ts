import sharp from "sharp";

/** Pixels in place of the encoded text of an image, so that comparing loses nothing. */
export class Picture {
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;

  constructor(rgb: Uint8Array, { width, height }: { width: number; height: number }) {
    this.rgb = rgb;
    this.width = width;
    this.height = height;
  }

  toJSON(): string {
    return `picture of ${this.width}x${this.height}`;
  }
}

export async function decodePicture(source: string | Uint8Array): Promise<Picture> {
  const { data, info } = await sharp(source)
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return new Picture(info.channels === 1 ? tripled(data) : data, info);
}

export async function encodePicture({ rgb, width, height }: Picture): Promise<Buffer> {
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

function tripled(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(3 * grey.length);
  for (const [i, value] of grey.entries()) rgb.fill(value, 3 * i, 3 * i + 3);
  return rgb;
}
