import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { EffectError, messageOf } from "../base/errors.ts";
import type { FontFile, FontService } from "../blocks/contract/services.ts";

/**
 * Finds the files of typefaces: in the folder that `MILLRACE_FONTS` names, then in the installed packages of Fontsource, then those
 * that come with the program. They are read once.
 */
export function openFonts(variables: NodeJS.ProcessEnv): FontService {
  const read = new Map<string, Promise<readonly FontFile[]>>();
  return {
    files(family) {
      const known = read.get(family.name);
      if (known !== undefined) return known;
      const files = filesOf(family, variables["MILLRACE_FONTS"]);
      read.set(family.name, files);
      files.catch(() => read.delete(family.name));
      return files;
    },
  };
}

interface Family {
  name: string;
  isMonospaced: boolean;
}

async function filesOf({ name, isMonospaced }: Family, folder: string | undefined): Promise<readonly FontFile[]> {
  const own = folder ? await filesIn(folder) : [];
  const slug = slugOf(name);
  const chosen = own.filter((path) => slugOf(basename(path).replace(/\.\w+$/, "")) === slug);
  const nearest = isMonospaced ? "geist-mono" : "geist";
  const builtIn = [...packaged(slug), ...packaged(nearest)];
  const paths = [...chosen, ...(await Promise.all(builtIn.map(filesOfPackage))).flat(), ...own, widest()];
  return Promise.all([...new Set(paths)].map(async (path) => ({ name: path, bytes: await bytesOf(path) })));
}

/** "Geist Mono" as packages and files write it. */
function slugOf(name: string): string {
  return name.toLowerCase().replaceAll(/[ _]/g, "-");
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => /\.(ttf|otf|ttc|woff2?)$/i.test(name))
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    throw new EffectError("FONT_UNREADABLE", `MILLRACE_FONTS: "${folder}" cannot be read: ${messageOf(error)}`);
  }
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new EffectError("FONT_UNREADABLE", `the typeface "${path}" cannot be read: ${messageOf(error)}`);
  }
}

const { resolve } = createRequire(import.meta.url);

/** The folder of a family's package in a list, which is empty where it is not installed. */
function packaged(slug: string): string[] {
  try {
    return [join(dirname(resolve(`@fontsource/${slug}/package.json`)), "files")];
  } catch {
    return [];
  }
}

/** The upright files of usual weight, Latin first: each has the letters of some scripts. */
async function filesOfPackage(folder: string): Promise<string[]> {
  const names = (await filesIn(folder)).filter((path) => path.endsWith("-400-normal.woff"));
  return names.sort((a, b) => Number(b.includes("-latin-400")) - Number(a.includes("-latin-400")));
}

/** Greek, Arabic, Hebrew and many signs beside. */
function widest(): string {
  return join(dirname(resolve("dejavu-fonts-ttf/package.json")), "ttf/DejaVuSans.ttf");
}
