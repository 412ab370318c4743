type Entry = Record<string, unknown>;

export interface Document {
  version: string;
  inputs: readonly Entry[];
  steps: readonly Entry[];
  outputs: readonly Entry[];
}

/** Name of every inner workflow step made here. */
export const NEST = "n";

/**
 * Moves steps into a nested workflow, some of these into one inside it, and so on. What they read from outside becomes
 * a bound input, what others read of them an output, and plain values become defaults of inputs left unbound.
 */
export function nest(document: Document, [moved, ...deeper]: readonly ReadonlySet<string>[]): Document {
  const names = moved === undefined ? new Set<string>() : closed(document.steps, moved);
  if (names.size === 0) return document;
  const isMoved = (text: string) => names.has(stepOf(text));
  const bindings: Entry = {};
  const defaults: Entry[] = [];
  const bound = register("in", (name, text) => {
    bindings[name] = text;
  });
  const shown: Entry[] = [];
  const show = register("out", (name, selector) => shown.push({ type: "JsonField", name, selector }));

  const inner = document.steps.filter(({ name }) => names.has(name as string));
  const outer = document.steps.filter(({ name }) => !names.has(name as string));
  const steps = inner.map((step) => {
    const bare = replaced(step, (text) => (isMoved(text) ? text : `$inputs.${bound(text)}`));
    for (const property of ["value", "b"]) {
      const value = bare[property];
      if (value === undefined || value === null || String(value).startsWith("$")) continue;
      defaults.push({ type: "WorkflowParameter", name: `default${defaults.length}`, default_value: value });
      bare[property] = `$inputs.${defaults.at(-1)?.["name"]}`;
    }
    return bare;
  });
  const outside = (entry: Entry) => replaced(entry, (text) => (isMoved(text) ? `$steps.${NEST}.${show(text)}` : text));
  const rest = outer.map(outside);
  const outputs = document.outputs.map(outside);
  const inputs = [...Object.keys(bindings).map((name) => ({ type: "WorkflowBatchInput", name })), ...defaults];
  const child = nest({ version: "1.0", inputs, steps, outputs: shown }, deeper);
  const step = {
    type: "roboflow_core/inner_workflow@v1",
    name: NEST,
    workflow_definition: child,
    parameter_bindings: bindings,
  };
  const middle = Math.floor(rest.length / 2);
  return { ...document, steps: [...rest.slice(0, middle), step, ...rest.slice(middle)], outputs };
}

/** The same document without nesting, its steps renamed as they are when nested ones are put in their place. */
export function renamed(document: Document, sets: readonly ReadonlySet<string>[]): Document {
  const names = new Map<string, string>();
  let { steps } = document;
  for (const set of sets) {
    const moved = closed(steps, set);
    steps = steps.filter(({ name }) => moved.has(name as string));
    if (moved.size === 0) break;
    for (const name of moved) names.set(name, `${NEST}__${names.get(name) ?? name}`);
  }
  const rename = (name: string) => names.get(name) ?? name;
  const text = JSON.stringify(document).replaceAll(/(\$steps\.|"name":")(s\d+)/g, (_, before, name) => {
    return before + rename(name);
  });
  return JSON.parse(text) as Document;
}

/** Of these steps those that neither control steps elsewhere nor are controlled from there. */
export function closed(steps: readonly Entry[], wanted: ReadonlySet<string>): Set<string> {
  const found = new Set(steps.map(({ name }) => name as string).filter((name) => wanted.has(name)));
  const groups = steps.map((step) => [step["name"] as string, ...((step["next_steps"] ?? []) as string[]).map(stepOf)]);
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const group of groups)
      if (!group.every((name) => found.has(name))) for (const name of group) found.delete(name);
  }
  return found;
}

function stepOf(text: string): string {
  return /^\$steps\.([^.]+)/.exec(text)?.[1] ?? "";
}

function register(prefix: string, add: (name: string, text: string) => void): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const name = known.get(text) ?? `${prefix}${known.size}`;
    if (!known.has(text)) add(name, text);
    known.set(text, name);
    return name;
  };
}

function replaced(entry: Entry, replace: (text: string) => string): Entry {
  const one = (value: unknown) => (typeof value === "string" && value.startsWith("$") ? replace(value) : value);
  const inside = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(one);
    if (typeof value !== "object" || value === null) return one(value);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, one(item)]));
  };
  return Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, inside(value)]));
}
