import { steadyMs } from "../../base/steady-clock.ts";
import type { Plan } from "../../compiler/plan.ts";
import { type Detections, isDetections } from "../../kinds/detections.ts";
import { isImage } from "../../kinds/image.ts";

/** What an output of a workflow gave last for a camera, for a person. */
export interface LastValue {
  output: string;
  text: string;
  /** Milliseconds since it came; for numbers and texts, since it changed. */
  age_ms: number;
}

/** Longest text of a value. */
const MOST_LETTERS = 200;
/** Entries of a list or an object that are looked at. */
const MOST_ENTRIES = 12;
const DEEPEST = 3;

/** Keeps what each output gave last, one value for each camera, and puts it into words when a viewer asks. */
export class LastValues {
  readonly #outputs: readonly string[];
  readonly #kept = new Map<string, Map<string, { value: unknown; at: number }>>();

  constructor({ outputs }: Pick<Plan, "outputs">) {
    this.#outputs = outputs.filter(({ picture }) => !picture).map(({ name }) => name);
  }

  /** An output that gives nothing keeps its value before. */
  note(camera: string, row: Readonly<Record<string, unknown>>): void {
    const kept = this.#kept.get(camera) ?? new Map<string, { value: unknown; at: number }>();
    this.#kept.set(camera, kept);
    for (const output of this.#outputs) {
      const value = row[output];
      if (value === null || value === undefined || kept.get(output)?.value === value) continue;
      kept.set(output, { value, at: steadyMs() });
    }
  }

  forget(camera: string): void {
    this.#kept.delete(camera);
  }

  /** By camera, in the order of the outputs. */
  view(): Record<string, LastValue[]> {
    const now = steadyMs();
    const cameras = Array.from(this.#kept, ([camera, kept]) => {
      const values = this.#outputs.flatMap((output) => {
        const last = kept.get(output);
        return last === undefined ? [] : [{ output, text: words(last.value), age_ms: Math.round(now - last.at) }];
      });
      return [camera, values] as const;
    });
    return Object.fromEntries(cameras);
  }
}

function words(value: unknown): string {
  const text = wordsOf(value, 0);
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text;
}

/** Never more than a few entries of a value, which may be of any size. */
function wordsOf(value: unknown, depth: number): string {
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  if (typeof value === "string") return value.slice(0, MOST_LETTERS + 1);
  if (typeof value !== "object" || value === null) return String(value);
  if (isImage(value)) return `picture of ${value.width}x${value.height}`;
  if (isDetections(value)) return objects(value);
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return list(value, depth);
  return fields(value, depth);
}

/** `3: car 2, person 1` */
function objects({ items }: Detections): string {
  const classes = new Map<string, number>();
  for (const item of items) classes.set(item.class, (classes.get(item.class) ?? 0) + 1);
  const named = [...classes].sort(([, one], [, other]) => other - one).map(([name, count]) => `${name} ${count}`);
  return items.length === 0 ? "0" : `${items.length}: ${cut(named)}`;
}

function list(values: readonly unknown[], depth: number): string {
  if (values.length === 0) return "none";
  if (depth >= DEEPEST) return `${values.length} entries`;
  return cut(values.slice(0, MOST_ENTRIES + 1).map((value) => wordsOf(value, depth + 1)));
}

function fields(value: object, depth: number): string {
  const entries = Object.entries(value);
  if (entries.length === 0) return "none";
  if (depth >= DEEPEST) return `${entries.length} fields`;
  return cut(entries.slice(0, MOST_ENTRIES + 1).map(([name, field]) => `${name} ${wordsOf(field, depth + 1)}`));
}

function cut(parts: readonly string[]): string {
  return parts.length > MOST_ENTRIES ? `${parts.slice(0, MOST_ENTRIES).join(", ")}, …` : parts.join(", ");
}
