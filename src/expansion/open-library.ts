import type { BlockManifest } from "../blocks/contract/block.ts";
import { CORE } from "../blocks/registry/core.ts";
import type { Installed } from "../blocks/registry/installed.ts";
import { withKnown } from "../blocks/registry/known.ts";
import type { Library } from "../compiler/compile.ts";
import { INNER_WORKFLOW } from "../flatten/flatten-workflows.ts";
import { type LibrarySettings, libraryOf } from "./library-of.ts";

export interface OpenLibrarySettings extends LibrarySettings {
  /** Blocks and kinds to build on; millrace's own by default. */
  installed?: Installed;
}

/**
 * What definitions may build on: every known block, and blocks of their own unless code is switched off. The command line, the
 * daemon, the package and what is generated while running are judged by this one.
 */
export function openLibrary({ installed = CORE, ...settings }: OpenLibrarySettings): Library {
  return libraryOf({ blocks: knownHere(installed), installed }, settings);
}

/** Known blocks by type and alias; the inner workflow step is supported here, as flattening replaces it. */
export function knownHere({ catalogue, switchedOff }: Installed): ReadonlyMap<string, BlockManifest> {
  const known = withKnown(
    catalogue,
    switchedOff.map(({ block }) => block.type),
  );
  const nested = known.get(INNER_WORKFLOW);
  return nested === undefined ? known : known.set(INNER_WORKFLOW, { ...nested, category: "flow", unsupported: null });
}
