// Compiles src to dist, and takes away what an earlier build left there of files that are gone.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TSC = `${ROOT}node_modules/typescript/bin/tsc`;

const { status } = spawnSync(process.execPath, [TSC, "-p", "src/tsconfig.json"], { cwd: ROOT, stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);
for (const entry of readdirSync(`${ROOT}dist`, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const path = `${entry.parentPath ?? entry.path}/${entry.name}`;
  const source = path.replace(`${ROOT}dist`, `${ROOT}src`).replace(/\.(js|js\.map|d\.ts|bundle)$/, ".ts");
  if (!existsSync(source)) rmSync(path);
}
buildHosts();

/** What processes of code blocks run: texts of Python as they are, and one text of all that the host for JavaScript needs. */
function buildHosts() {
  const [from, to] = [`${ROOT}src/dynamic/hosts/`, `${ROOT}dist/dynamic/hosts/`];
  for (const name of readdirSync(from)) if (name.endsWith(".py")) copyFileSync(from + name, to + name);
  // The loader of development brings a bundler.
  const { buildSync } = createRequire(`${ROOT}node_modules/tsx/package.json`)("esbuild");
  const options = { bundle: true, platform: "node", format: "esm", target: "node20" };
  buildSync({ ...options, entryPoints: [`${from}javascript-host.ts`], outfile: `${to}javascript-host.bundle` });
}
