import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError } from "../base/errors.ts";
import type { Issue } from "../base/issue.ts";

/** Files of cases: those named, and of folders every JSON file below that has the keys of a case, in order. */
export async function findCases(paths: readonly string[]): Promise<string[]> {
  const issues: Issue[] = [];
  const found: string[] = [];
  for (const path of paths) {
    const kind = await stat(path).catch(() => null);
    if (kind === null) issues.push(fault(path, "there is no such file or folder"));
    else if (kind.isDirectory()) {
      const inside = await casesBelow(path);
      if (inside.length === 0) issues.push(fault(path, "holds no case: no JSON file with a definition and runs"));
      found.push(...inside);
    } else found.push(path);
  }
  if (issues.length > 0) throw new ConfigError("FLAGS", issues);
  return [...new Set(found)];
}

async function casesBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((name) => name.endsWith(".json") && !name.includes("node_modules")).toSorted();
  const kept = await Promise.all(files.map((name) => isCase(join(folder, name))));
  return files.filter((_, i) => kept[i]).map((name) => join(folder, name));
}

/** A file that is no JSON may be a broken case, which is worth a message. */
async function isCase(file: string): Promise<boolean> {
  try {
    const json: unknown = JSON.parse(await readFile(file, "utf8"));
    return typeof json === "object" && json !== null && "definition" in json && ("runs" in json || "expected" in json);
  } catch (error) {
    return error instanceof SyntaxError;
  }
}

function fault(path: string, message: string): Issue {
  return { code: "FLAG_VALUE", path: "", message: `${path}: ${message}` };
}
