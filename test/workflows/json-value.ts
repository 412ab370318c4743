import { Picture } from "./decode-pictures.ts";

export type Entries = Readonly<Record<string, unknown>>;

/** Compares a part of a value; the place names it in what is reported. */
export type Differ = (found: unknown, wanted: unknown, place: string) => string[];

export function isEntries(value: unknown): value is Entries {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function brief(value: unknown): string {
  if (value instanceof Picture) return `a picture of ${value.width}x${value.height}`;
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
