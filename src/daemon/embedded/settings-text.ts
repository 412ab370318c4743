import type { Issue } from "../../base/issue.ts";
import { pointer } from "../../base/issue.ts";
import { suggest } from "../../base/suggest.ts";

// Settings of a program in the form of a config, so that one schema judges both.

/** Keys that are none of the settings, which a program in JavaScript may bring. */
export function unknownSettings(settings: object, known: readonly string[], code: string): Issue[] {
  const unknown = Object.keys(settings).filter((key) => !known.includes(key));
  return unknown.map((key) => {
    const hint = suggest(key, known) ?? `known here: ${known.join(", ")}`;
    return { code, path: pointer([key]), message: `"${key}" is not known`, hint };
  });
}

/** Model files as a config has them: a path alone is `path`. */
export function modelsInConfig(models: Readonly<Record<string, string | object>>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(models).map(([id, model]) => [id, typeof model === "string" ? { path: model } : inConfig(model)]),
  );
}

/** `connectTimeoutMs` is `connect_timeout_ms` in a config. */
export function inConfig(settings: object): Record<string, unknown> {
  const entries = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([key, value]) => [key.replace(/[A-Z]/g, (big) => `_${big.toLowerCase()}`), value]),
  );
}

/** Nothing in settings refers to the environment. */
export function asText(document: object): string {
  return JSON.stringify(document, (_, value: unknown) =>
    typeof value === "string" ? value.replaceAll("${", "$${") : value,
  );
}
