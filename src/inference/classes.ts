import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { ModelError } from "../base/errors.ts";
import { fileFault } from "../base/file-fault.ts";
import { COCO80 } from "./coco80.ts";
import type { ClassesSource } from "./description.ts";
import { type PythonValue, readPythonLiteral } from "./files/python-literal.ts";

export interface ClassNames {
  classes: string[];
  classesFrom: ClassesSource;
  reason: string;
}

/** Names a user states: a list, or a file with one name a line, JSON or YAML (a list, or names by index, also under `names`). */
export async function readStatedClasses(stated: readonly string[] | string): Promise<string[]> {
  if (typeof stated !== "string") return [...stated];
  try {
    return namesOfText(await readFile(stated, "utf8"), stated);
  } catch (error) {
    if (error instanceof ModelError) throw error;
    throw new ModelError("MODEL_CLASSES_UNREADABLE", `class file "${stated}": ${fileFault(error)}`, { path: stated });
  }
}

/** The names that an exporter left in the metadata, or null: `names`, or `character` of PaddlePaddle with one in each line. */
export function namesInMetadata(metadata: Readonly<Record<string, string>>): string[] | null {
  const { names, character } = metadata;
  if (names !== undefined) return namesOf(readPythonLiteral(names));
  if (character === undefined) return null;
  const lines = character.split(/\r?\n/);
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

/** Names that were found, from the best source to the least. */
export interface FoundNames {
  stated: readonly string[] | null;
  /** In the metadata of the file. */
  written: readonly string[] | null;
  /** In files beside the weights. */
  beside: readonly string[] | null;
  /** Those that the family's layout itself implies. */
  own: readonly string[] | null;
}

/** The names of a model with `count` classes; names of another number are refused when stated, else passed over. */
export function chooseClasses(count: number, { stated, written, beside, own }: FoundNames): ClassNames {
  if (stated !== null) {
    if (stated.length !== count) throw wrongCount(stated.length, count);
    return { classes: [...stated], classesFrom: "statement", reason: `${count} class names as stated` };
  }
  if (count === 0) return { classes: [], classesFrom: "none", reason: "no classes" };
  const sources = [
    { names: beside, classesFrom: "files", from: "files beside the weights" },
    { names: written, classesFrom: "metadata", from: "the file's metadata" },
    { names: own, classesFrom: "family", from: "the family" },
  ] as const;
  for (const { names, classesFrom, from } of sources) {
    if (names?.length === count)
      return { classes: [...names], classesFrom, reason: `${count} class names from ${from}` };
  }
  if (count === COCO80.length) {
    const reason = "80 classes without names: taken to be those of COCO";
    return { classes: [...COCO80], classesFrom: "coco80", reason };
  }
  const classes = Array.from({ length: count }, (_, index) => `class_${index}`);
  return { classes, classesFrom: "numbered", reason: `${count} classes without names: numbered` };
}

function namesOfText(text: string, path: string): string[] {
  if (/\.ya?ml$/i.test(path) || /^(names|nc)\s*:/m.test(text)) return namesOfYaml(text, path);
  if (!/^\s*[[{]/.test(text))
    return text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter(Boolean);
  const names = namesOf(readPythonLiteral(text.trim()));
  if (names !== null) return names;
  const message = `class file "${path}": expected one name a line, a JSON list, or a JSON object from index to name`;
  throw new ModelError("MODEL_CLASSES_UNREADABLE", message, { path });
}

/** The `data.yaml` of a data set, or a document of names alone. */
function namesOfYaml(text: string, path: string): string[] {
  const document: unknown = parse(text);
  const { names = document, nc } = (document ?? {}) as { names?: unknown; nc?: unknown };
  const listed = Array.isArray(names) ? names.map(String) : byIndex(names);
  if (listed === null) throw unreadable(path, "expected names as a list or by index, alone or under `names`");
  if (typeof nc !== "number" || nc === listed.length) return listed;
  throw unreadable(path, `has ${listed.length} names, and \`nc\` says ${nc}`);
}

function byIndex(names: unknown): string[] | null {
  if (typeof names !== "object" || names === null) return null;
  const entries = new Map(Object.entries(names));
  const listed = Array.from({ length: entries.size }, (_, index) => entries.get(String(index)));
  return listed.every((name) => name !== undefined) ? listed.map(String) : null;
}

function unreadable(path: string, what: string): ModelError {
  return new ModelError("MODEL_CLASSES_UNREADABLE", `class file "${path}": ${what}`, { path });
}

function namesOf(value: PythonValue | undefined): string[] | null {
  if (Array.isArray(value)) return value.every((name) => typeof name === "string") ? value : null;
  if (!(value instanceof Map)) return null;
  const names = Array.from({ length: value.size }, (_, index) => value.get(String(index)));
  return names.every((name) => typeof name === "string") ? names : null;
}

function wrongCount(stated: number, count: number): ModelError {
  const message = `the model tells ${count} classes apart, ${stated} names are stated`;
  return new ModelError("MODEL_CLASSES_MISMATCH", message, { stated, expected: count });
}
