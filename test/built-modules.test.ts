import { readdirSync, readFileSync } from "node:fs";
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
