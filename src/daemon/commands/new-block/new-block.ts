import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { CompileError, ConfigError } from "../../../base/errors.ts";
import { checkToRun } from "../../../compiler/compile.ts";
import { loadLibrary } from "../../plugins/library.ts";
import { mustBeAbsent } from "../absent-files.ts";
import { type BlockLanguage, blockFiles, type GreyPicture } from "./new-block-files.ts";

export interface NewBlockSettings {
  /** The `block_type`: letters, digits, `_` and `-`. */
  name: string;
  language: BlockLanguage;
  /** Folder that is written; by default one of the block's name. */
  folder: string | undefined;
}

export interface NewBlock {
  /** Paths of what was written. */
  files: string[];
  definition: string;
  /** Folder of the test case. */
  cases: string;
  /** A picture to run the definition on. */
  picture: string;
}

/** Writes a block that works with its definition, test case and types for editors; throws before it writes anything. */
export async function newBlock({ name, language, folder }: NewBlockSettings): Promise<NewBlock> {
  if (!NAME.test(name)) throw wrongName(name);
  const base = baseName(name);
  const home = folder ?? base;
  const { document, definition, texts, pictures } = blockFiles({ name, base, language });
  await mustRun(document);
  const files = [...Object.keys(texts), ...Object.keys(pictures)].map((path) => join(home, path));
  await mustBeAbsent(files, { code: "BLOCKS_FILE_EXISTS", hint: "--dir writes elsewhere" });
  for (const [path, text] of Object.entries(texts)) await write(join(home, path), text);
  for (const [path, picture] of Object.entries(pictures)) await write(join(home, path), await encoded(picture));
  const [picture = ""] = Object.keys(pictures).toReversed();
  return { files, definition: join(home, definition), cases: join(home, "cases"), picture: join(home, picture) };
}

const NAME = /^[a-z][a-z0-9_-]{0,63}$/i;

function wrongName(name: string): ConfigError {
  const message = `the name of the block is "${name}", expected a letter, then letters, digits, "_" and "-", at most 64`;
  const hint = "such as DarkPicture; steps have it as their type";
  return new ConfigError("BLOCKS", [{ code: "BLOCKS_NAME", path: "", message, hint }]);
}

/** `DarkPicture`, `dark_picture` and `Dark-Picture` are `dark-picture`. */
function baseName(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1-$2")
    .replace(/[_-]+/g, "-")
    .replace(/-$/, "")
    .toLowerCase();
}

/** A type that is taken, or a language that does not run here. */
async function mustRun(document: object): Promise<void> {
  const { library } = await loadLibrary();
  const { issues } = checkToRun(document, library);
  if (issues.length > 0) {
    throw new CompileError(
      "COMPILE",
      issues.map((issue) => ({ ...issue, path: "" })),
    );
  }
}

async function encoded({ grey, width, height }: GreyPicture): Promise<Buffer> {
  const background = { r: grey, g: grey, b: grey };
  return sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
}

async function write(path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { flag: "wx" });
}
