import type { Command } from "commander";
import { ConfigError } from "../base/errors.ts";
import type { Issue } from "../base/issue.ts";
import type { ModelConfig } from "../daemon/config/schema/config-schema.ts";
import { Model } from "../daemon/config/schema/model-schema.ts";
import { sayIssue } from "./output.ts";

/** For commander options that may be given several times. */
export function collect(value: string, earlier: string[]): string[] {
  return [...earlier, value];
}

/** Adds `--plugin` to a command that reads definitions: further names beside those of `WORKFLOWS_PLUGINS`, for all its threads. */
export function withPlugins(command: Command): Command {
  return command
    .option("--plugin <name>", "package with further blocks, kinds or model families, or its path", collect, [])
    .hook("preAction", (parsed) => {
      const { plugin } = parsed.opts<{ plugin: string[] }>();
      const named = [process.env[PLUGINS], ...plugin].filter((name) => name !== undefined && name !== "");
      if (plugin.length > 0) process.env[PLUGINS] = named.join(",");
    });
}

const PLUGINS = "WORKFLOWS_PLUGINS";

/** `NAME=VALUE`, or an issue. */
export function splitPair(flag: string, text: string, issues: Issue[]): [string, string] | null {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  issues.push({ code: "FLAG_FORM", path: "", message: `${flag} is "${text}", expected NAME=VALUE` });
  return null;
}

/** `--param NAME=JSON`; text that is no JSON is the value itself. */
export function readParameters(texts: readonly string[], issues: Issue[]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const text of texts) {
    const pair = splitPair("--param", text, issues);
    if (pair !== null) found[pair[0]] = jsonOrText(pair[1]);
  }
  return found;
}

/** `--model ID=PATH[,family=NAME][,classes=FILE]`; numbers of a list are separated by ":". */
export function readModels(texts: readonly string[], issues: Issue[]): Record<string, ModelConfig> {
  const found: Record<string, ModelConfig> = {};
  for (const text of texts) {
    const pair = splitPair("--model", text, issues);
    if (pair === null) continue;
    const [path = "", ...statements] = pair[1].split(",");
    const model: ModelConfig = { path };
    for (const statement of statements) {
      const [key, value = ""] = statement.split("=");
      if (key === "family") model.family = value;
      else if (key === "classes") model.classes = value;
      else if (key === "width" || key === "height") model[key] = Number(value);
      else if (isPreprocessing(key)) model.preprocessing = { ...model.preprocessing, ...preprocessing(key, value) };
      else
        issues.push({
          code: "FLAG_FORM",
          path: "",
          message: `--model: "${statement}" is not known`,
          hint: `family, classes, width, height, ${PREPROCESSING.join(", ")} are`,
        });
    }
    issues.push(...modelFaults(pair[0], model));
    found[pair[0]] = model;
  }
  return found;
}

const PREPROCESSING = ["order", "scale", "mean", "std", "fit", "pad", "part", "grey", "contrast"] as const;
const LISTS = ["mean", "std", "part"];

function isPreprocessing(key: string | undefined): key is (typeof PREPROCESSING)[number] {
  return PREPROCESSING.some((known) => known === key);
}

/** What the config's schema would refuse of the same entry. */
function modelFaults(id: string, model: ModelConfig): Issue[] {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(model.path ?? "")) {
    const message = `--model ${id}: the path is an address, expected a file or a folder`;
    return [{ code: "FLAG_VALUE", path: "", message, hint: "`millrace models add` puts a download into a config" }];
  }
  const { error } = Model.safeParse(model);
  return (error?.issues ?? []).map(({ path, message }) => {
    return { code: "FLAG_VALUE", path: "", message: `--model ${id}: "${path.join(".")}": ${message}` };
  });
}

function preprocessing(key: (typeof PREPROCESSING)[number], value: string): object {
  if (key === "order" || key === "fit" || key === "contrast") return { [key]: value };
  if (key === "grey") return { [key]: value === "true" ? true : value === "false" ? false : value };
  return { [key]: LISTS.includes(key) ? value.split(":").map(Number) : Number(value) };
}

/** What to do about what is most likely not meant. */
export function doubts({ strict: isStrict = false }: { strict?: boolean }) {
  return { isStrict, warn: (warning: string) => sayIssue("warning", warning) };
}

/** Throws one error with everything that was wrong with the flags. */
export function refuse(issues: readonly Issue[]): void {
  if (issues.length > 0) throw new ConfigError("FLAGS", issues);
}

/** A positive number of a flag. */
export function positive(flag: string, text: string | undefined, issues: Issue[]): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  issues.push({ code: "FLAG_VALUE", path: "", message: `${flag} is "${text}", expected a number above 0` });
  return undefined;
}

/** A number of a flag from 0 to 1. */
export function fraction(flag: string, text: string | undefined, issues: Issue[]): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 1) return value;
  issues.push({ code: "FLAG_VALUE", path: "", message: `${flag} is "${text}", expected a number from 0 to 1` });
  return undefined;
}

/** A whole number of a flag, at least 1. */
export function wholeNumber(flag: string, text: string | undefined, issues: Issue[]): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  issues.push({ code: "FLAG_VALUE", path: "", message: `${flag} is "${text}", expected a whole number above 0` });
  return undefined;
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
