import { keepRecent } from "../../base/keep-recent.ts";
import { type Installed, install } from "../../blocks/registry/installed.ts";
import { LoadedBlocks } from "../../blocks/registry/loaded-blocks.ts";
import { filterOf } from "../../blocks/registry/switched-off.ts";
import type { Library, Verdict } from "../../compiler/compile.ts";
import { CODE, libraryOf } from "../../expansion/library-of.ts";
import { codeAllowedByEnvironment } from "./code-switch.ts";
import { judge } from "./known-definitions.ts";
import type { LibrarySettings } from "./library.ts";
import { namedPlugins, type PluginModule } from "./plugins.ts";

/** What the definitions of a config are judged by. */
export interface ConfigLibrary {
  /** Kinds and families; its blocks are not all that there are. */
  installed: Installed;
  plugins: readonly PluginModule[];
  /** The verdict on a definition (parsed JSON, with the code of its files in it), by its digest. */
  judge(document: unknown, digest: string): Promise<Verdict>;
}

/** A config that is read again has the same library, as a rule. */
const MOST_OPEN = 4;
const open = new Map<string, ConfigLibrary>();

/**
 * Where there are no plugins and nothing is switched off, blocks are loaded as definitions name them. Throws a `ConfigError` with
 * the faults of plugins.
 */
export async function openConfigLibrary(settings: LibrarySettings = {}): Promise<ConfigLibrary> {
  if (!isPlain(settings)) return everything(settings);
  const { plugins: _, ...own } = settings;
  const key = JSON.stringify([own, codeAllowedByEnvironment(process.env)]);
  return keepRecent(open, key, open.get(key) ?? new NamedBlocksLibrary(settings), MOST_OPEN);
}

function isPlain({ plugins }: LibrarySettings): boolean {
  const { categories, patterns } = filterOf(process.env);
  const named = [...(plugins?.names ?? []), ...namedPlugins(process.env)];
  return named.length + categories.length + patterns.length === 0;
}

async function everything(settings: LibrarySettings): Promise<ConfigLibrary> {
  const { loadLibrary } = await import("./library.ts");
  const { library, installed, plugins } = await loadLibrary(settings);
  return { installed, plugins, judge: async (document, digest) => judge(document, library, digest) };
}

/** A definition that is in order says the same of itself whatever other blocks there are; of any other, all blocks are asked. */
class NamedBlocksLibrary implements ConfigLibrary {
  readonly installed = install([], { core: [] }).installed;
  readonly plugins = [];
  readonly #settings: LibrarySettings;
  readonly #blocks = new LoadedBlocks();
  #library: Library | null = null;

  constructor(settings: LibrarySettings) {
    this.#settings = settings;
  }

  async judge(document: unknown, digest: string): Promise<Verdict> {
    const { types, bringsBlocks } = namedIn(document);
    if (!bringsBlocks) {
      const verdict = judge(document, await this.#libraryWith(types), digest);
      if (verdict.plan !== null) return verdict;
    }
    const { judge: judgeByAll } = await everything(this.#settings);
    return judgeByAll(document, digest);
  }

  async #libraryWith(types: ReadonlySet<string>): Promise<Library> {
    const isMore = await this.#blocks.load(types);
    if (this.#library !== null && !isMore) return this.#library;
    const { installed } = install([], { core: this.#blocks.blocks });
    const { allowCode = true, plugins: _, ...code } = this.#settings;
    const settings = { allowCode: allowCode && codeAllowedByEnvironment(process.env), code: { ...CODE, ...code } };
    this.#library = libraryOf({ blocks: installed.catalogue, installed }, settings);
    return this.#library;
  }
}

/**
 * Every text under a key "type" of a definition, at whatever depth, and whether it brings blocks of its own: their names may be taken,
 * and what they generate may name any.
 */
function namedIn(document: unknown): { types: ReadonlySet<string>; bringsBlocks: boolean } {
  const types = new Set<string>();
  let bringsBlocks = false;
  const visit = (value: unknown) => {
    if (typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) return value.forEach(visit);
    for (const [key, inner] of Object.entries(value)) {
      if (key === "type" && typeof inner === "string") types.add(inner);
      else if (key === "dynamic_blocks_definitions") bringsBlocks ||= Array.isArray(inner) ? inner.length > 0 : true;
      visit(inner);
    }
  };
  visit(document);
  return { types, bringsBlocks };
}
