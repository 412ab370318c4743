import { readFile, writeFile } from "node:fs/promises";
import type { Case } from "./case-file.ts";
import type { Outcome } from "./compare-case.ts";
import { besideCase } from "./expected-pictures.ts";
import { type Path, pathMatcher } from "./path-pattern.ts";
import { encodePicture, Picture } from "./picture.ts";

/** Writes what a case gave as its `expected`; pictures that lie beside it are written there, others as base64. */
export async function updateCase(one: Case, outcome: Outcome): Promise<void> {
  const isIgnored = pathMatcher(one.ignore);
  const writer: Writer = { one, isIgnored };
  const expected = await written(expectation(one, outcome), { before: one.written["expected"], path: [] }, writer);
  const text = await readFile(one.file, "utf8");
  const isIndented = /^\{\r?\n/.test(text);
  await writeFile(one.file, `${JSON.stringify({ ...one.written, expected }, null, isIndented ? 2 : 0)}\n`);
}

function expectation({ definition, runs }: Case, outcome: Outcome): unknown {
  if ("compileError" in outcome) return { compile_error: { class: outcome.compileError.classes[0] } };
  const mentioned = JSON.stringify([definition, runs]);
  return {
    runs: outcome.runs.map((run) => ("rows" in run ? run : { error: { class: run.error.classes[0] } })),
    ...(mentioned.includes("{{TMP}}") ? { files: outcome.files } : {}),
    ...(mentioned.includes("{{HTTP}}") ? { requests: outcome.requests } : {}),
  };
}

interface Writer {
  one: Case;
  isIgnored: (path: Path) => boolean;
}

type Fields = Record<string, unknown>;

async function written(value: unknown, at: { before: unknown; path: Path }, writer: Writer): Promise<unknown> {
  const { before, path } = at;
  if (writer.isIgnored(path)) return null;
  const inside = (item: unknown, key: string | number) =>
    written(item, { before: (before as Fields | null | undefined)?.[key], path: [...path, key] }, writer);
  if (Array.isArray(value)) return Promise.all(value.map(inside));
  if (typeof value === "string") return masked(value, path, writer.one);
  if (typeof value !== "object" || value === null) return value;
  const fields = value as Fields;
  const picture = fields["value"];
  if (picture instanceof Picture && isFile(before)) return writePng(picture, before, writer.one);
  const entries = Object.entries(fields).map(async ([key, item]) => {
    if (item instanceof Picture) return [key, (await encodePicture(item)).toString("base64")] as const;
    return [key, await inside(item, key)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function masked(text: string, path: Path, { mask }: Case): string {
  const masks = mask.filter((one) => pathMatcher([one.path])(path));
  return masks.reduce((found, { regex, with: put }) => found.replace(new RegExp(regex, "g"), put), text);
}

function isFile(before: unknown): before is Fields & { $png: string } {
  return typeof (before as Fields | null | undefined)?.["$png"] === "string";
}

async function writePng(picture: Picture, before: Fields & { $png: string }, { folder }: Case) {
  await writeFile(besideCase(before.$png, folder), await encodePicture(picture));
  return { ...before, width: picture.width, height: picture.height };
}
