import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const MAIN = join(root, "dist/cli/main.js");

/** Runs once before all tests: those of the command line run the built program. What daemons keep of the machine is not the user's. */
export default function setup(): void {
  process.env["ONNXRUNTIME_NODE_INSTALL"] ??= "skip";
  process.env["XDG_CACHE_HOME"] = join(root, "node_modules/.cache");
  delete process.env["CACHE_DIRECTORY"];
  if (!isCurrent()) build();
}

function isCurrent(): boolean {
  if (!existsSync(MAIN)) return false;
  const builtAt = statSync(MAIN).mtimeMs;
  const sources = readdirSync(join(root, "src"), { recursive: true, withFileTypes: true });
  return sources.every((entry) => !entry.isFile() || statSync(join(entry.parentPath, entry.name)).mtimeMs < builtAt);
}

/** Without types, which are for the type check. */
function build(): void {
  const script = join(root, "scripts/build.mjs");
  const { stdout, status } = spawnSync(process.execPath, [script, "--modules"], { encoding: "utf8", timeout: 120_000 });
  if (status !== 0) process.stderr.write(`the build is not clean:\n${stdout}\n`);
}
