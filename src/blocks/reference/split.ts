const PIECE = /"[^"]*"|[<[{(]|[>\]})]|[^"]/g;

/** The parts of a text between separators that stand outside of brackets and quotes, without the space around them. */
export function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = "";
  for (const [piece] of text.matchAll(PIECE)) {
    if (/^[<[{(]$/.test(piece)) depth++;
    if (/^[>\]})]$/.test(piece)) depth--;
    if (depth > 0 || piece !== separator) part += piece;
    else {
      parts.push(part.trim());
      part = "";
    }
  }
  return [...parts, part.trim()].filter((piece) => piece !== "");
}
