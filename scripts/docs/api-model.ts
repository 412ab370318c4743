import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Extractor, ExtractorConfig } from "@microsoft/api-extractor";

/** An entry of the package, by the name that programs import it with. */
export const ENTRIES = { millrace: "library", "millrace/testing": "testing" } as const;

/** One declaration as API Extractor describes it. */
export interface ApiItem {
  kind: string;
  name?: string;
  docComment?: string;
  excerptTokens?: readonly { text: string }[];
  members?: readonly ApiItem[];
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CACHE = join(ROOT, "node_modules/.cache/millrace-api");

/** The exports of an entry with their members. The compiler and the extractor run once for each state of the sources. */
export function apiModel(entry: (typeof ENTRIES)[keyof typeof ENTRIES]): readonly ApiItem[] {
  const folder = join(CACHE, hashOfSources());
  if (Object.values(ENTRIES).some((name) => !existsSync(join(folder, `${name}.json`)))) extract(folder);
  const { members = [] } = JSON.parse(readFileSync(join(folder, `${entry}.json`), "utf8")) as ApiItem;
  return members.flatMap((point) => point.members ?? []);
}

function hashOfSources(): string {
  const hash = createHash("sha256");
  const paths = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".ts"),
  );
  for (const path of paths.toSorted()) hash.update(path).update(readFileSync(join(ROOT, "src", path)));
  return hash.digest("hex").slice(0, 16);
}

/** Outside of node_modules, whose files the extractor takes for those of other packages. */
function extract(folder: string): void {
  const making = mkdtempSync(join(tmpdir(), "millrace-api-"));
  try {
    symlinkSync(join(ROOT, "node_modules"), join(making, "node_modules"));
    const types = join(making, "types");
    const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
    const args = [compiler, "-p", "src/tsconfig.json", "--noCheck", "--outDir", types];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
    if (status !== 0) throw new Error(`the declarations cannot be written: ${stdout}`);
    rmSync(CACHE, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const entry of Object.values(ENTRIES)) {
      extractEntry(entry, { making, types });
      // Whole or not at all, as tests may ask for it at the same time.
      cpSync(join(making, `${entry}.json`), join(folder, `${entry}.new`));
      renameSync(join(folder, `${entry}.new`), join(folder, `${entry}.json`));
    }
  } finally {
    rmSync(making, { recursive: true });
  }
}

function extractEntry(entry: string, { making, types }: { making: string; types: string }): void {
  const mainEntryPointFilePath = join(types, `${entry}.d.ts`);
  const off = { enabled: false };
  const config = ExtractorConfig.prepare({
    configObjectFullPath: join(making, "api-extractor.json"),
    packageJsonFullPath: join(ROOT, "package.json"),
    configObject: {
      projectFolder: making,
      mainEntryPointFilePath,
      compiler: { overrideTsconfig: { compilerOptions: COMPILER, files: [mainEntryPointFilePath] } },
      apiReport: off,
      dtsRollup: off,
      tsdocMetadata: off,
      docModel: { enabled: true, apiJsonFilePath: join(making, `${entry}.json`) },
    },
  });
  Extractor.invoke(config, {
    localBuild: true,
    // What it has to say of tags and of exports is not asked: `undocumented` and the page are.
    messageCallback: (message) => void Object.assign(message, { handled: true }),
  });
}

const COMPILER = {
  module: "nodenext",
  moduleResolution: "nodenext",
  target: "es2023",
  lib: ["es2023", "esnext.disposable"],
  types: ["node"],
  strict: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  noEmit: true,
};

/** Exports and members without a doc comment; one of several overloads is enough. */
export function undocumented(items: readonly ApiItem[], owner = ""): string[] {
  return items.flatMap((item) => {
    const { name = item.kind, members = [] } = item;
    const path = owner === "" ? name : `${owner}.${name}`;
    const overloads = items.filter((other) => other.name === item.name && other.kind === item.kind);
    const isTold = overloads.some(({ docComment = "" }) => docComment !== "") || PLAIN.has(item.kind);
    return [...(isTold ? [] : [path]), ...undocumented(members, path)];
  });
}

/** What needs no words beside those of its owner. */
const PLAIN = new Set(["Constructor", "IndexSignature", "CallSignature"]);
