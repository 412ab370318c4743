import { MillraceError, messageOf } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import type { BlockManifest } from "../contract/block.ts";

/** Where the initialisation parameters of blocks come from. */
export interface InitSources {
  /** Given by the program around the engine, by `source.name` or `name`. */
  given: Readonly<Record<string, unknown>>;
  /** Of plugins, by `source.name`. */
  initialisers: ReadonlyMap<string, unknown>;
  /** Package that a block type comes from. */
  sourceOf: (type: string) => string | undefined;
}

/** The parameters of a block that no plugin provides, each as an issue of the step that uses it. */
export function initFaults(block: BlockManifest, sources: InitSources): Issue[] {
  const missing = (block.init ?? []).filter((name) => find(name, block.type, sources) === null);
  return missing.map((name) => {
    const source = sources.sourceOf(block.type);
    const from = source === undefined ? `"${name}"` : `"${source}.${name}" or "${name}"`;
    return {
      code: "COMPILE_INIT_PARAMETER",
      class: "BlockInitParameterNotProvidedError",
      path: "",
      message: `the block needs the initialisation parameter "${name}", which no plugin provides`,
      hint: `export it among the initialisers of a plugin, or give it as ${from}`,
    };
  });
}

/** The parameters of every block that wants some; functions are called once, and their promises awaited. */
export async function openInits(blocks: readonly BlockManifest[], sources: InitSources) {
  const made = new Map<string, Promise<unknown>>();
  const opened = new Map<string, Readonly<Record<string, unknown>>>();
  for (const { type, init = [] } of blocks) {
    if (init.length === 0 || opened.has(type)) continue;
    const values: Record<string, unknown> = {};
    for (const name of init) {
      const found = find(name, type, sources);
      if (found === null) continue;
      const value = made.get(found.key) ?? make(found);
      made.set(found.key, value);
      values[name] = await value;
    }
    opened.set(type, values);
  }
  return (block: BlockManifest) => opened.get(block.type) ?? {};
}

interface Found {
  /** Distinguishes a given one from an initialiser of the same name. */
  key: string;
  name: string;
  value: unknown;
}

function find(name: string, type: string, { given, initialisers, sourceOf }: InitSources): Found | null {
  const source = sourceOf(type);
  for (const full of source === undefined ? [name] : [`${source}.${name}`, name]) {
    if (Object.hasOwn(given, full)) return { key: `given ${full}`, name: full, value: given[full] };
    if (initialisers.has(full)) return { key: full, name: full, value: initialisers.get(full) };
  }
  return null;
}

async function make({ name, value }: Found): Promise<unknown> {
  try {
    return typeof value === "function" ? await value() : value;
  } catch (error) {
    const message = `the initialiser "${name}" failed: ${messageOf(error)}`;
    throw new MillraceError("PLUGIN_INITIALISER", message, {}, { cause: error });
  }
}
