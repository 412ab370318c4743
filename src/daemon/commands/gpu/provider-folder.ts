import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { ConfigError } from "../../../base/errors.ts";
import type { Issue } from "../../../base/issue.ts";

/** Libraries that were found in a folder, such as an unpacked wheel or a build of one's own. */
export interface ProviderFolder {
  /** Paths of libraries of providers. */
  providers: string[];
  /** The core that was built with them, where there is one. */
  core: string | null;
  /** The release that the folder says it is. */
  release: string | null;
}

const PROVIDER = /^libonnxruntime_providers_(?:shared|cuda|tensorrt)\.so$/;
const CORE = /^libonnxruntime\.so(?:\.\d+)*$/;
const DEPTH = 5;
/** Of an ELF file, by Node's names of processors. */
const MACHINES: Readonly<Record<string, number>> = { x64: 62, arm64: 183 };

/** Reads a folder for the runtime of `release` on this processor; throws `ConfigError` with everything in it that does not fit. */
export function readProviderFolder(folder: string, release: string): ProviderFolder {
  const files = filesBelow(folder, DEPTH);
  const providers = files.filter((path) => PROVIDER.test(basename(path)));
  const core = files.findLast((path) => CORE.test(basename(path))) ?? null;
  const found: ProviderFolder = { providers, core, release: releaseOf(files, core) };
  const issues = issuesOf(found, folder, release);
  if (issues.length > 0) throw new ConfigError("GPU", issues);
  return found;
}

function filesBelow(folder: string, depth: number): string[] {
  let entries: ReturnType<typeof readEntries>;
  try {
    entries = readEntries(folder);
  } catch (error) {
    const message = `--from: "${folder}" cannot be read: ${(error as Error).message}`;
    throw new ConfigError("GPU", [{ code: "GPU_FOLDER", path: "", message }]);
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return depth > 0 ? filesBelow(path, depth - 1) : [];
    return statSync(path, { throwIfNoEntry: false })?.isFile() ? [path] : [];
  });
}

function readEntries(folder: string) {
  return readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** A wheel has it in its metadata, an archive of a release in a file, a core in the version of its symbols. */
function releaseOf(files: readonly string[], core: string | null): string | null {
  const metadata = files.find((path) => /\/onnxruntime[^/]*\.dist-info\/METADATA$/.test(path));
  if (metadata !== undefined) return /^Version: (\S+)$/m.exec(readFileSync(metadata, "utf8"))?.[1] ?? null;
  const stated = files.find((path) => /\/VERSION_NUMBER$/.test(path));
  if (stated !== undefined) return readFileSync(stated, "utf8").trim();
  return core === null ? null : symbolVersion(core);
}

function symbolVersion(core: string): string | null {
  const bytes = readFileSync(core);
  const at = bytes.indexOf("VERS_1.");
  return at < 0 ? null : (/^VERS_([\d.]+)/.exec(bytes.toString("latin1", at, at + 32))?.[1] ?? null);
}

function issuesOf({ providers, core, release: found }: ProviderFolder, folder: string, release: string): Issue[] {
  const names = providers.map((path) => basename(path));
  const issues: Issue[] = [];
  if (!names.includes("libonnxruntime_providers_shared.so") || names.length < 2) {
    const has = names.length === 0 ? "none" : names.join(", ");
    issues.push({
      code: "GPU_FOLDER",
      path: "",
      message: `--from: "${folder}" has of the libraries of providers: ${has}; expected libonnxruntime_providers_shared.so and that of cuda or tensorrt`,
      hint: `unpack the wheel onnxruntime-gpu ${release} there`,
    });
  }
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  for (const name of new Set(twice)) {
    issues.push({ code: "GPU_FOLDER", path: "", message: `--from: "${folder}" has ${name} more than once` });
  }
  if (found !== null && found !== release) {
    const message = `--from: "${folder}" is of ONNX Runtime ${found}, expected ${release} as onnxruntime-node is`;
    issues.push({ code: "GPU_RELEASE", path: "", message, hint: `take onnxruntime-gpu==${release}` });
  }
  for (const path of [...providers, ...(core === null ? [] : [core])]) {
    const machine = machineOf(path);
    if (machine === MACHINES[process.arch]) continue;
    const name = Object.entries(MACHINES).find(([, number]) => number === machine)?.[0];
    const is = machine === null ? "no library of Linux" : `for ${name ?? `processor ${machine}`}`;
    const message = `--from: "${path}" is ${is}, expected a library for ${process.arch}`;
    issues.push({ code: "GPU_ARCHITECTURE", path: "", message });
  }
  return issues;
}

/** What an ELF file says of its processor, null where it is none. */
function machineOf(path: string): number | null {
  const head = Buffer.alloc(20);
  const file = openSync(path, "r");
  try {
    readSync(file, head);
  } finally {
    closeSync(file);
  }
  return head.toString("latin1", 0, 4) === "\u007fELF" ? head.readUInt16LE(18) : null;
}
