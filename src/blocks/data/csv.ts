import { pythonText } from "../../query/python-text.ts";

type Row = Readonly<Record<string, unknown>>;

/** Rows as CSV: the names of the columns first, cells in quotes where they have to be. */
export function csvText(rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {});
  const columns = names.map((name) => cellsOf(rows.map((row) => row[name])));
  const lines = [names, ...rows.map((_, i) => columns.map((cells) => cells[i] ?? ""))];
  return lines.map((cells) => `${cells.map(quoted).join(",")}\n`).join("");
}

/** As the reference's table writes a column: with a fraction or a gap in it, all its numbers are written with a fraction. */
function cellsOf(values: readonly unknown[]): string[] {
  const isNumeric = values.every((value) => typeof value === "number" || isMissing(value));
  const isFractional = isNumeric && values.some((value) => isMissing(value) || !Number.isInteger(value));
  return values.map((value) => cellOf(value, isFractional));
}

function cellOf(value: unknown, isFractional: boolean): string {
  if (isMissing(value)) return "";
  if (typeof value === "number") return numberCell(value, isFractional);
  const text = pythonText(value);
  // What begins like a formula would be computed by a spreadsheet.
  return typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function numberCell(value: number, isFractional: boolean): string {
  if (Math.abs(value) >= 1e16 && Number.isFinite(value)) return value.toExponential();
  return isFractional && Number.isInteger(value) ? `${value}.0` : pythonText(value);
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined || Number.isNaN(value);
}

function quoted(cell: string): string {
  return /[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
