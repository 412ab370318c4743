export interface Place {
  /** Both count from 1; a column that is not known gets no caret. */
  line: number;
  column: number | null;
}

const AROUND = 2;
const WIDEST = 120;

/** Lines of a text around a place, with their numbers, and a caret below the column. "" for a place outside of it. */
export function excerpt(text: string, { line, column }: Place, around = AROUND): string {
  const lines = text.split(/\r?\n/);
  if (line < 1 || line > lines.length) return "";
  const first = Math.max(1, line - around);
  const shown = lines.slice(first - 1, line + around);
  while (shown.length > line - first + 1 && shown.at(-1)?.trim() === "") shown.pop();
  const digits = String(first + shown.length - 1).length;
  const start = startOf(column);
  return shown
    .flatMap((content, i) => {
      const number = first + i;
      const mark = number === line ? ">" : " ";
      const row = `${mark} ${String(number).padStart(digits)} | ${clip(content, start)}`.trimEnd();
      return number === line && column !== null ? [row, caretRow(content, { digits, start, column })] : [row];
    })
    .join("\n");
}

/** Columns left out on the left, so that a place far out in a long line is still seen. */
function startOf(column: number | null): number {
  return column === null || column <= WIDEST - 10 ? 0 : column - WIDEST / 2;
}

function clip(content: string, start: number): string {
  return content.slice(start, start + WIDEST);
}

/** Tabs stay tabs, so that the caret stands below its column however wide they are shown. */
function caretRow(
  content: string,
  { digits, start, column }: { digits: number; start: number; column: number },
): string {
  const before = content.slice(start, column - 1).replace(/[^\t]/g, " ");
  return `  ${" ".repeat(digits)} | ${before.padEnd(column - 1 - start)}^`;
}
