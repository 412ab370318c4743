import type { Family } from "./family.ts";
import { FAMILIES } from "./family-list.ts";

/** A family as it was loaded from a package; that it has what its task needs was checked before. */
export interface AddedFamily {
  source: string;
  /** Main module of the package. */
  url?: string;
  family: { name: string };
}

/** Millrace's own families and those of packages. */
export function familiesWith(added: readonly AddedFamily[]): readonly Family[] {
  return [...FAMILIES, ...added.map(({ source, url, family }) => ({ ...family, source, url }) as Family)];
}

/** Names that are taken already, as the end of a sentence about the package. */
export function familyFaults(added: readonly AddedFamily[]): { source: string; what: string }[] {
  const owners = new Map(FAMILIES.map(({ name }) => [name, "millrace"]));
  return added.flatMap(({ source, family: { name } }) => {
    const owner = owners.get(name);
    owners.set(name, owner ?? `the plugin "${source}"`);
    return owner === undefined ? [] : [{ source, what: `has a family "${name}", which ${owner} has already` }];
  });
}
