interface Settings {
  /** 1 to 100. */
  quality: number;
  /** A picture that is larger is made smaller, keeping its proportions. */
  within?: { width: number; height?: number };
}

/** A JPEG file of three bytes for each pixel. The encoder is loaded when it is first needed. */
export async function encodeJpeg(
  rgb: Uint8Array,
  { width, height }: { width: number; height: number },
  { quality, within }: Settings,
): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  const picture = sharp(rgb, { raw: { width, height, channels: 3 } });
  if (within !== undefined) picture.resize({ ...within, fit: "inside", withoutEnlargement: true });
  // Optimal Huffman tables cost 2.6 times the time for one hundredth of the bytes.
  return Uint8Array.from(await picture.jpeg({ quality, optimiseCoding: false }).toBuffer());
}
