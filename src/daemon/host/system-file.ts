import { readFile } from "node:fs/promises";

/** Text of a small file of the system without its last line break; null where it cannot be read, such as that of a sensor that sleeps. */
export async function readSystemFile(path: string): Promise<string | null> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch {
    return null;
  }
}

export async function readSystemNumber(path: string): Promise<number | null> {
  const text = await readSystemFile(path);
  return text !== null && /^-?\d+$/.test(text) ? Number(text) : null;
}
