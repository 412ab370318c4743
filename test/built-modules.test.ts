import { readdirSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
/** Served to browsers as they are. */
const PAGE = "daemon/http/page/";

// V8 keeps two bytes for each character of a module with one that is not ASCII, in every thread that loads it.
it("built modules are ASCII, in lines that a stack trace can point into", () => {
  const names = readdirSync(DIST, { recursive: true }).map(String);
  const modules = names.filter((name) => name.endsWith(".js") && !name.startsWith(PAGE));
  expect(modules.length).toBeGreaterThan(20);
  for (const name of modules) {
    const bytes = readFileSync(DIST + name);
    expect({ name, isAscii: bytes.every((byte) => byte < 128) }).toEqual({ name, isAscii: true });
    const lines = bytes.toString().split("\n").length;
    expect({ name, perLine: bytes.length / lines < 400 }).toEqual({ name, perLine: true });
  }
});

/** Texts of a module and of all that it imports before it runs. */
function loadedWith(path: string, seen = new Map<string, string>()): Map<string, string> {
  if (seen.has(path)) return seen;
  const text = readFileSync(path, "utf8");
  seen.set(path, text);
  for (const [, found] of text.matchAll(/(?:^|[;\n}])(?:import|export)(?:[^"()]*?from)?"(\.[^"]+)"/g)) {
    loadedWith(resolve(dirname(path), found ?? ""), seen);
  }
  return seen;
}

const A_BLOCK = /type:"roboflow_core\/(line_counter|byte_tracker|image_blur)@/;

// Blocks are most of the program; a thread that runs a workflow, and a daemon whose definitions are in order, need few of them.
it.each([/^daemon\/worker\/workflow-worker\.js$/, /^parts\/start-\w+\.js$/])("%s does not load all blocks", (entry) => {
  const names = readdirSync(DIST, { recursive: true }).map(String);
  expect(names.filter((name) => name.endsWith(".js") && A_BLOCK.test(readFileSync(DIST + name, "utf8")))).not.toEqual(
    [],
  );
  const [found = "", ...others] = names.filter((name) => entry.test(name));
  expect(others).toEqual([]);
  const loaded = loadedWith(DIST + found);
  expect(loaded.size).toBeGreaterThan(20);
  expect([...loaded].filter(([, text]) => A_BLOCK.test(text)).map(([path]) => path)).toEqual([]);
});
