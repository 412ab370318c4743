import { chmod, chown, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, relative, resolve } from "node:path";
import { parseDocument, stringify } from "yaml";
import { definedOnly } from "../../../base/defined.ts";
import { downloadFault } from "../../../base/download-address.ts";
import { ConfigError, ModelError, messageOf } from "../../../base/errors.ts";
import { type Issue, pointer } from "../../../base/issue.ts";
import type { ModelDescription } from "../../../inference/description.ts";
import { fillIn } from "../../config/config-variables.ts";
import { insertModel } from "../../config/insert-model.ts";
import type { ModelConfig } from "../../config/schema/config-schema.ts";
import { inspectModelFile } from "../../prepare/model-list.ts";
import { fetchToAdd } from "./fetch-to-add.ts";

export interface AddSettings {
  id: string;
  /** A file, a folder or an address. */
  source: string;
  /** Config that takes the entry; null prints it only. */
  config: string | null;
  sha256: string | undefined;
  statement: Pick<ModelConfig, "family" | "classes" | "width" | "height">;
  progress: (done: number, total: number | null) => void;
  /** Ends a download. */
  signal: AbortSignal;
}

export interface AddedModel {
  id: string;
  entry: ModelConfig;
  /** The entry as lines of a config. */
  text: string;
  description: ModelDescription;
}

/** Inspects a model and writes its entry into a config, whose other text stays; throws `ConfigError` for one that cannot run. */
export async function addModel(settings: AddSettings): Promise<AddedModel> {
  const config = settings.config === null ? null : await readForEntry(settings.config, settings.id);
  const { entry, description } = await (isAddress(settings.source)
    ? fromAddress(settings, config)
    : fromFile(settings, config));
  const text = stringify({ models: { [settings.id]: entry } }, { lineWidth: 0 });
  if (config !== null) await write(config, { id: settings.id, entry, text });
  return { id: settings.id, entry, text, description };
}

function isAddress(source: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(source);
}

interface ConfigText {
  /** Behind links. */
  file: string;
  text: string;
  /** Where downloads are kept; null without a `state_dir`. */
  stateDirectory: string | null;
}

async function readForEntry(path: string, id: string): Promise<ConfigText> {
  const refuse = (code: string, message: string, more: Partial<Issue> = {}) => {
    throw new ConfigError("CONFIG", [{ code, path: "", message, ...more }], path);
  };
  const file = await realpath(path).catch(() => refuse("CONFIG_FILE", "there is no such file"));
  const text = await readFile(file, "utf8").catch((error) => refuse("CONFIG_FILE", messageOf(error)));
  const document = parseDocument(text, { merge: true });
  const [fault] = document.errors;
  if (fault !== undefined) refuse("CONFIG_YAML", fault.message);
  const { models, state_dir: directory } = (document.toJS() ?? {}) as { models?: object; state_dir?: unknown };
  if (Object.hasOwn(models ?? {}, id)) {
    const hint = "choose another name, or delete the entry first";
    refuse("CONFIG_VALUE", `there is a model "${id}" already`, { path: pointer(["models", id]), hint });
  }
  if (typeof directory !== "string") return { file, text, stateDirectory: null };
  const { text: filled, faults } = fillIn(directory, process.env);
  if (faults[0] !== undefined) {
    refuse("CONFIG_ENVIRONMENT", faults[0].what, { path: "/state_dir", hint: faults[0].hint });
  }
  return { file, text, stateDirectory: resolve(dirname(file), filled) };
}

type Found = Pick<AddedModel, "entry" | "description">;

async function fromFile({ source, statement, sha256 }: AddSettings, config: ConfigText | null): Promise<Found> {
  if (sha256 !== undefined) throw refused("FLAG_VALUE", "--sha256 belongs to an address, and the source is a file");
  const description = await inspected(source, statement);
  const folder = dirname(config?.file ?? resolve("config"));
  return { entry: { path: pathFrom(folder, source), ...statedIn(statement, folder) }, description };
}

/** Relative within the folder of the config, which may move with it. */
function pathFrom(folder: string, path: string): string {
  const absolute = resolve(path);
  const within = relative(folder, absolute);
  return within.startsWith("..") || isAbsolute(within) ? absolute : within;
}

async function fromAddress(settings: AddSettings, config: ConfigText | null): Promise<Found> {
  const { source: url, sha256, statement, progress, signal } = settings;
  const fault = downloadFault(url);
  if (fault !== null) throw refused("FLAG_VALUE", `the address ${fault}`);
  if (config !== null && config.stateDirectory === null) {
    const message = 'a downloaded model needs a place, but the config has no "state_dir"';
    throw refused("CONFIG_STATE_DIR", message, "add  state_dir: /var/lib/millrace");
  }
  const fetched = await fetchToAdd({ url, sha256, directory: config?.stateDirectory ?? null, progress, signal });
  try {
    const description = await inspected(fetched.path, statement, url);
    await fetched.keep();
    return { entry: { url, sha256: fetched.sha256, ...statedIn(statement, dirname(config?.file ?? "")) }, description };
  } finally {
    await fetched.close();
  }
}

function statedIn({ classes, ...statement }: AddSettings["statement"], folder: string) {
  const names = typeof classes === "string" ? pathFrom(folder, classes) : classes;
  return definedOnly({ ...statement, classes: names });
}

async function inspected(path: string, statement: AddSettings["statement"], name = path): Promise<ModelDescription> {
  const found = await inspectModelFile(path, definedOnly(statement)).catch((error) => {
    if (!(error instanceof ModelError)) throw error;
    throw refused(error.code, messageOf(error).replace(path, name));
  });
  if (found.family !== null) return found;
  const hint = "`millrace models inspect` shows what was found; --family states what the file does not tell";
  throw refused("MODEL_FAMILY_UNKNOWN", `"${name}" is of no known family: ${found.reasons.join("; ")}`, hint);
}

function refused(code: string, message: string, hint?: string): ConfigError {
  return new ConfigError("MODEL", [{ code, path: "", message, ...(hint === undefined ? {} : { hint }) }]);
}

/** Takes the place of the file at once, so that a daemon that watches it sees one or the other. */
async function write({ file, text }: ConfigText, { id, entry, text: lines }: Omit<AddedModel, "description">) {
  const written = insertModel(text, id, entry);
  if (written === null) {
    const message = `${basename(file)} has no place where an entry can be written safely`;
    throw refused("CONFIG_FILE", message, `write it yourself:\n${lines}`);
  }
  const { mode, uid, gid } = await stat(file);
  const beside = `${file}.${process.pid}.new`;
  try {
    await writeFile(beside, written, { mode });
    await chmod(beside, mode);
    await chown(beside, uid, gid).catch(() => {});
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw new ModelError("CONFIG_FILE", `${file} cannot be written: ${messageOf(error)}`, { file });
  }
}
