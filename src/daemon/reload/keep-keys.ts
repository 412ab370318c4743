import type { PreparedConfig } from "./config-changes.ts";

type Tree = Readonly<Record<string, unknown>>;

/** A config with some keys, given as `a.b`, taken from another one; models keep the facts of their files. */
export function keepKeys(next: PreparedConfig, before: PreparedConfig, keys: readonly string[]): PreparedConfig {
  const isModel = (key: string) => key.startsWith("models.");
  const paths = keys.filter((key) => !isModel(key)).map((key) => key.split("."));
  const config = paths.reduce<Tree>((tree, path) => withKey(tree, before.config, path), next.config);
  const models = new Map(next.prepared.models);
  for (const key of keys.filter(isModel)) {
    const id = key.slice("models.".length);
    const known = before.prepared.models.get(id);
    if (known !== undefined) models.set(id, known);
  }
  return { config: config as PreparedConfig["config"], prepared: { ...next.prepared, models } };
}

function withKey(tree: Tree, from: Tree | undefined, [key = "", ...rest]: readonly string[]): Tree {
  const value = from?.[key];
  if (rest.length > 0) return { ...tree, [key]: withKey((tree[key] ?? {}) as Tree, value as Tree | undefined, rest) };
  const { [key]: _, ...others } = tree;
  return value === undefined ? others : { ...others, [key]: value };
}
