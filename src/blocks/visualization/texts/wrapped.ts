/** Lines of a text, broken between words, and within those that are longer than a line; blanks at a break are left out. */
export function wrapped(text: string, longest: number | null): string[] {
  const lines = text.split(/\r?\n/);
  return longest === null ? lines : lines.flatMap((line) => brokenLine(line, longest));
}

function brokenLine(text: string, longest: number): string[] {
  const lines: string[] = [];
  let line = "";
  // Words end with their hyphens, where they may be broken.
  for (const part of text.match(/\s+|[^\s-]*-+|[^\s-]+/g) ?? []) {
    let rest = part;
    if ([...(line + rest)].length > longest && line.trim() !== "") {
      lines.push(line.trimEnd());
      line = "";
      rest = rest.trimStart();
    }
    line += rest;
    for (let letters = [...line]; letters.length > longest; letters = [...line]) {
      lines.push(letters.slice(0, longest).join(""));
      line = letters.slice(longest).join("").trimStart();
    }
  }
  return line.trim() === "" && lines.length > 0 ? lines : [...lines, line.trimEnd()];
}
