import { readFile } from "node:fs/promises";

/** The files whose cases use one of the types, which may be written without their namespace. All for no types. */
export async function typesFilter(files: readonly string[], types: readonly string[]): Promise<readonly string[]> {
  if (types.length === 0) return files;
  const wanted = new Set(types);
  const kept = await Promise.all(files.map(async (file) => mentions(await readFile(file, "utf8"), wanted)));
  return files.filter((_, i) => kept[i]);
}

function mentions(text: string, wanted: ReadonlySet<string>): boolean {
  const found = text.matchAll(/"([a-zA-Z][\w-]*\/)?([a-zA-Z][\w-]*(?:@v\d+)?)"/g);
  return [...found].some(([, namespace = "", name = ""]) => wanted.has(name) || wanted.has(`${namespace}${name}`));
}
