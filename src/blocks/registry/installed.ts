import type { Issue } from "../../base/issue.ts";
import type { KindCodec, KindCodecs } from "../../kinds/codec.ts";
import type { Block } from "../contract/block.ts";
import { blockFaults } from "../contract/block-interface.ts";
import { type Catalogue, catalogueOf } from "./catalogue.ts";
import type { InitSources } from "./init-parameters.ts";
import type { NamedPlugin } from "./plugin.ts";
import type { PluginFamily } from "./plugin-families.ts";
import { type BlockFilter, reasonOff, type SwitchedOff } from "./switched-off.ts";

/** Everything that definitions may build on: millrace's own blocks and those of plugins, without the switched off. */
export interface Installed {
  blocks: readonly Block[];
  catalogue: Catalogue;
  switchedOff: readonly SwitchedOff[];
  /** Package that a block comes in, by type; millrace's own are not among them. */
  sources: ReadonlyMap<string, string>;
  kinds: KindCodecs;
  /** Families of models with the package that each comes in. */
  families: readonly { source: string; url?: string; family: PluginFamily }[];
  /** By `source.name`. */
  initialisers: ReadonlyMap<string, unknown>;
}

const NO_FILTER: BlockFilter = { categories: [], patterns: [] };

/** Adds plugins to millrace's own blocks, `core`; what is in conflict or declared wrong is an issue and left out. */
export function install(
  plugins: readonly NamedPlugin[],
  { filter = NO_FILTER, core }: { filter?: BlockFilter; core: readonly Block[] },
): { installed: Installed; issues: Issue[] } {
  const issues: Issue[] = [];
  const kinds = joinKinds(plugins, issues);
  const sources = new Map<string, string>();
  const added = joinBlocks(plugins, { kinds, core, sources, issues });
  const initialisers = new Map<string, unknown>();
  for (const { source, plugin } of plugins) {
    for (const [name, value] of Object.entries(plugin.initialisers ?? {})) initialisers.set(`${source}.${name}`, value);
  }
  const families = plugins.flatMap(({ source, url, plugin }) =>
    (plugin.families ?? []).map((family) => ({ source, family, ...(url === undefined ? {} : { url }) })),
  );
  const all = [...core, ...added].map((block) => ({ block, reason: reasonOff(block, filter) }));
  const blocks = all.filter(({ reason }) => reason === null).map(({ block }) => block);
  const switchedOff = all.filter((entry): entry is SwitchedOff => entry.reason !== null);
  const catalogue = catalogueOf(blocks);
  return { installed: { blocks, catalogue, switchedOff, sources, kinds, families, initialisers }, issues };
}

/** Where the initialisation parameters of these blocks come from, beside those that are given. */
export function initSources(
  { initialisers, sources }: Installed,
  given: Readonly<Record<string, unknown>> = {},
): InitSources {
  return { given, initialisers, sourceOf: (type) => sources.get(type) };
}

function joinKinds(plugins: readonly NamedPlugin[], issues: Issue[]): Map<string, KindCodec> {
  const kinds = new Map<string, KindCodec>();
  const owners = new Map<string, string>();
  for (const { source, plugin } of plugins) {
    for (const [name, codec] of Object.entries(plugin.kinds ?? {})) {
      const owner = owners.get(name);
      if (owner === undefined) kinds.set(name, codec);
      else issues.push(loading(source, `has a kind "${name}", which the plugin "${owner}" has already`));
      owners.set(name, owner ?? source);
    }
  }
  return kinds;
}

interface Joint {
  kinds: KindCodecs;
  core: readonly Block[];
  sources: Map<string, string>;
  issues: Issue[];
}

function joinBlocks(plugins: readonly NamedPlugin[], { kinds, core, sources, issues }: Joint): Block[] {
  const known = new Set(kinds.keys());
  const owners = new Map(core.flatMap((block) => namesOf(block).map((name) => [name, "millrace"])));
  const added: Block[] = [];
  for (const { source, plugin } of plugins) {
    for (const block of plugin.blocks ?? []) {
      const faults = blockFaults(block, known).map((what) => declaration(source, block, what));
      const taken = namesOf(block).filter((name) => owners.has(name));
      issues.push(...faults, ...taken.map((name) => loading(source, conflict(block, name, owners))));
      for (const name of namesOf(block)) if (!owners.has(name)) owners.set(name, source);
      if (faults.length > 0 || taken.length > 0) continue;
      added.push(block);
      sources.set(block.type, source);
    }
  }
  return added;
}

function namesOf({ type, aliases }: Block): string[] {
  return [...new Set([type, ...aliases])];
}

function conflict({ type }: Block, name: string, owners: ReadonlyMap<string, string>): string {
  const owner = owners.get(name) ?? "";
  const by = owner === "millrace" ? "millrace" : `the plugin "${owner}"`;
  return name === type
    ? `has a block "${type}", which ${by} has already`
    : `has a block "${type}" with the alias "${name}", which names a block of ${by} already`;
}

function loading(source: string, what: string): Issue {
  const message = `plugin "${source}" ${what}`;
  return { code: "PLUGIN_LOAD", class: "PluginLoadingError", path: "", message };
}

function declaration(source: string, { type }: Block, what: string): Issue {
  const message = `plugin "${source}": the block "${type}" ${what}`;
  return { code: "PLUGIN_BLOCK", class: "BlockInterfaceError", path: "", message };
}
