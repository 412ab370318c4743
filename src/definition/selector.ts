/** What a selector points at. */
export type Selector =
  | { type: "input"; name: string }
  | { type: "step"; name: string }
  | { type: "output"; step: string; output: string };

const INPUT = /^\$inputs\.([A-Za-z0-9_-]+)$/;
const STEP = /^\$steps\.([A-Za-z0-9_-]+)$/;
const OUTPUT = /^\$steps\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_*-]+)$/;

/** In a place that can take a selector, every text that starts with `$` is one: the language has no escape. */
export function looksLikeSelector(value: unknown): value is string {
  return typeof value === "string" && value.startsWith("$");
}

/** The parts of a selector, or null when the text does not have the form of one. */
export function parseSelector(text: string): Selector | null {
  const input = INPUT.exec(text);
  if (input?.[1] !== undefined) return { type: "input", name: input[1] };
  const step = STEP.exec(text);
  if (step?.[1] !== undefined) return { type: "step", name: step[1] };
  const output = OUTPUT.exec(text);
  if (output?.[1] !== undefined && output[2] !== undefined) {
    return { type: "output", step: output[1], output: output[2] };
  }
  return null;
}
