// Before and after `npm pack`. The packed manifest has no scripts and no development packages. onnxruntime-node travels inside the
// package: its install script downloads CUDA libraries from outside the registry, and fails where they cannot be reached.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { ROOT } from "./setup.mjs";

const PACKAGE = `${ROOT}package.json`;
const RUNTIME = `${ROOT}node_modules/onnxruntime-node/package.json`;

const step = process.argv[2];
for (const manifest of [PACKAGE, RUNTIME]) restore(manifest);
if (step === "before") {
  rewrite(PACKAGE, ({ scripts: _, devDependencies: __, ...manifest }) => manifest);
  rewrite(RUNTIME, trimRuntime);
}

/** Without the install script and what serves it alone, and without binaries for Windows. */
function trimRuntime({ scripts: _, dependencies, ...manifest }) {
  return {
    ...manifest,
    dependencies: { "onnxruntime-common": dependencies["onnxruntime-common"] },
    files: ["dist", "lib", "bin/napi-v6/linux", "bin/napi-v6/darwin"],
  };
}

function rewrite(path, change) {
  const text = readFileSync(path, "utf8");
  renameSync(path, original(path));
  writeFileSync(path, `${JSON.stringify(change(JSON.parse(text)), null, 2)}\n`);
}

function restore(path) {
  if (existsSync(original(path))) renameSync(original(path), path);
}

function original(path) {
  return `${path}.original`;
}
