/** The text of a file in UTF-8, with or without a byte order mark, or in UTF-16; or why its bytes are none. */
export function decodeText(bytes: Uint8Array): { text: string } | { fault: string } {
  const encoding = encodingOf(bytes);
  try {
    // The decoder leaves out the mark.
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
  } catch {
    return { fault: `is no text in ${encoding.toUpperCase()}: it has bytes that mean no character` };
  }
}

/** By the mark; without one, by where the zero bytes of plain letters stand. */
function encodingOf([first, second]: Uint8Array): string {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return "utf-16le";
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return "utf-16be";
  return "utf-8";
}
