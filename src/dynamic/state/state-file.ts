import { createHash } from "node:crypto";
import { readFileSync, renameSync } from "node:fs";
import { mkdir, open, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { messageOf } from "../../base/errors.ts";
import type { BlockCode } from "../../blocks/contract/code.ts";

const FORMAT = 1;

const StateFile = z.object({
  format: z.literal(FORMAT),
  block: z.string(),
  /** Hash of the code that the state belongs to. */
  code: z.string(),
  saved_at: z.string(),
  state: z.unknown(),
});

export type FoundState =
  | { type: "none" }
  | { type: "state"; state: unknown; savedAt: string }
  | { type: "unusable"; reason: string };

/** Where an instance keeps its state: `step.json`, `step@camera.json`, or `@block.json` for all steps of a block. */
export function statePath(
  directory: string,
  { stateScope, blockType }: Pick<BlockCode, "stateScope" | "blockType">,
  { step, source }: { step: string; source: string },
): string {
  const owner = stateScope === "block" ? `@${encodeURIComponent(blockType)}` : encodeURIComponent(step);
  const name = stateScope === "source" ? `${owner}@${encodeURIComponent(source)}` : owner;
  // Longer names than file systems take become short ones that are still their own.
  const short = name.length <= 200 ? name : `${name.slice(0, 150)}-${createHash("sha256").update(name).digest("hex")}`;
  return join(directory, `${short}.json`);
}

export function readState(path: string, { hash }: BlockCode): FoundState {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return isAbsent(error) ? { type: "none" } : { type: "unusable", reason: messageOf(error) };
  }
  const { data } = StateFile.safeParse(jsonOf(text));
  if (data === undefined) return { type: "unusable", reason: "the file is damaged" };
  if (data.code !== hash) return { type: "unusable", reason: "the code of the block has changed" };
  return { type: "state", state: data.state, savedAt: data.saved_at };
}

/** Moves the file aside as `.old`, which replaces an earlier one. */
export function setAside(path: string): void {
  renameSync(path, `${path}.old`);
}

export async function writeState(path: string, { hash, blockType }: BlockCode, stateText: string): Promise<void> {
  const head = JSON.stringify({ format: FORMAT, block: blockType, code: hash, saved_at: new Date().toISOString() });
  await writeWhole(path, `${head.slice(0, -1)},"state":${stateText}}\n`);
}

/** Writes the file as a whole or not at all, also when the machine loses power meanwhile. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.tmp`;
  await writeDurably(temporary, text);
  await rename(temporary, path);
  await syncDirectory(dirname(path));
}

async function writeDurably(path: string, text: string): Promise<void> {
  // The state is private; a file that a crash has left may have been readable.
  const file = await open(path, "w", 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
