import { StepError } from "../../base/errors.ts";

export type FileType = "csv" | "json" | "txt";

/** How one entry stands in a file that has entries before it: JSON in one line, CSV without its repeated header. */
export function logEntry(content: string, type: FileType, isFirst: boolean): string {
  if (type === "json") return withEnd(oneLine(content));
  return withEnd(type === "csv" && !isFirst ? content.slice(headerEnd(content)) : content);
}

/** An entry ends with one line end. */
export function withEnd(content: string): string {
  return content.endsWith("\n") ? content : `${content}\n`;
}

function headerEnd(content: string): number {
  const end = content.indexOf("\n");
  return end < 0 ? content.length : end + 1;
}

function oneLine(content: string): string {
  try {
    return spaced(JSON.parse(content));
  } catch {
    throw new StepError("SINK_JSON", `the content is no JSON: ${content.slice(0, 60)}`);
  }
}

/** JSON in the spacing of Python's json.dumps. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (typeof value !== "object" || value === null) return ascii(JSON.stringify(value));
  const entries = Object.entries(value).map(([key, item]) => `${ascii(JSON.stringify(key))}: ${spaced(item)}`);
  return `{${entries.join(", ")}}`;
}

function ascii(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
