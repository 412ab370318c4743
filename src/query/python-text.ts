import { isDetections } from "../kinds/detections.ts";
import { isImage } from "../kinds/image.ts";

/** Python's `str(value)`: `True`, `None`, `[1, 'a']`. A number without fraction is written as an integer. */
export function pythonText(value: unknown): string {
  return typeof value === "string" ? value : pythonLiteral(value);
}

/** Python's `repr(value)`. */
export function pythonLiteral(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return numberText(value);
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(", ")}]`;
  if (value instanceof Date) return dateText(value);
  if (ArrayBuffer.isView(value)) return `[${[...(value as Uint8Array)].map(numberText).join(", ")}]`;
  if (isDetections(value)) return `Detections(${value.items.length})`;
  if (isImage(value)) return `Image(${value.width}x${value.height})`;
  if (typeof value !== "object") return String(value);
  const entries = Object.entries(value).map(([key, item]) => `${quoted(key)}: ${pythonLiteral(item)}`);
  return `{${entries.join(", ")}}`;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Number.isInteger(value)) return BigInt(value).toString();
  // Python changes to exponents below 1e-4 (JavaScript below 1e-6) and writes two digits of them.
  const text = Math.abs(value) < 1e-4 ? value.toExponential() : String(value);
  return text.replace(/e([+-])(\d)$/, "e$10$2");
}

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t")
    .replaceAll(quote, `\\${quote}`);
  return `${quote}${escaped}${quote}`;
}

function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return "None";
  return date.toISOString().replace("T", " ").replace("Z", "000+00:00");
}
