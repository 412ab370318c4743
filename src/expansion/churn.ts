const WINDOW = 100;
const MOST_NEW = 8;

/** Watches for shapes that keep coming new: then something varies that should not be part of the shape. */
export class ChurnGuard {
  #calls = 0;
  #shapes = 0;
  #isTold = false;
  #last: object | null = null;

  called(): void {
    if (++this.#calls < WINDOW) return;
    this.#calls = 0;
    this.#shapes = 0;
    this.#isTold = false;
  }

  /** What varies, when this is one new shape too many; null otherwise. Reported once in a window of calls. */
  newShape(workflow: object): { shapes: number; calls: number; varying: string } | null {
    this.#shapes++;
    const last = this.#last;
    this.#last = workflow;
    if (this.#shapes <= MOST_NEW || this.#isTold || last === null) return null;
    this.#isTold = true;
    return {
      shapes: this.#shapes,
      calls: WINDOW,
      varying: firstDifference(last, workflow) ?? "the order of the fields",
    };
  }
}

/** Where two values of JSON differ first, as `steps[3].model_id`; null when they are equal. */
function firstDifference(a: unknown, b: unknown, at = ""): string | null {
  if (Object.is(a, b)) return null;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return at;
  if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return `the number of ${at}`;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (key === "name" && at.startsWith("steps[")) continue;
    const place = Array.isArray(a) ? `${at}[${key}]` : at === "" ? key : `${at}.${key}`;
    const found = firstDifference((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], place);
    if (found !== null) return found;
  }
  return null;
}
