// Compiles src to dist, and takes away what an earlier build left there of files that are gone.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TSC = `${ROOT}node_modules/typescript/bin/tsc`;

const { status } = spawnSync(process.execPath, [TSC, "-p", "src/tsconfig.json"], { cwd: ROOT, stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);
for (const entry of readdirSync(`${ROOT}dist`, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const path = `${entry.parentPath ?? entry.path}/${entry.name}`;
  const source = path.replace(`${ROOT}dist`, `${ROOT}src`).replace(/\.(js|js\.map|d\.ts)$/, ".ts");
  if (!existsSync(source)) rmSync(path);
}
