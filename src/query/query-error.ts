import { StepError } from "../base/errors.ts";
import { isDetections } from "../kinds/detections.ts";
import { isImage } from "../kinds/image.ts";

/** Error classes of the reference, each with the code it has here. */
const CODES = {
  UndeclaredSymbolError: "QUERY_UNDECLARED_SYMBOL",
  InvalidInputTypeError: "QUERY_INVALID_INPUT_TYPE",
  OperationError: "QUERY_OPERATION_FAILED",
  EvaluationEngineError: "QUERY_EVALUATION_FAILED",
} as const;

/** The operation or statement that failed and its JSON pointer within the query. */
export interface Site {
  name: string;
  path: string;
}

/** A query that failed on some data; `details.class` names the error class of the reference. */
export function queryError(kind: keyof typeof CODES, message: string, site: Site, cause?: unknown): StepError {
  const details = { class: kind, operation: site.name, path: site.path };
  return new StepError(CODES[kind], `${site.name}: ${message}`, details, cause === undefined ? undefined : { cause });
}

/** The failure of an operation on a value of a type that it does not take. */
export function wrongType(site: Site, expected: string, value: unknown): StepError {
  return queryError("InvalidInputTypeError", `expected ${expected}, got ${describeValue(value)}`, site);
}

/** A value in a few words for a message: `the text "car"`, `a list of 3`. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return `the text ${JSON.stringify(shorten(value))}`;
  if (typeof value === "number") return `the number ${value}`;
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isDetections(value)) return `detections (${value.items.length})`;
  if (isImage(value)) return `an image (${value.width}x${value.height})`;
  if (value instanceof Date) return "a timestamp";
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  return typeof value === "object" ? `a dictionary of ${Object.keys(value).length}` : `a ${typeof value}`;
}

function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 40)}…`;
}
