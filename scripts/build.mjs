// Compiles src to dist: modules, with small packages that they use, by a bundler into few files, which load several times faster,
// and declarations by the compiler (not with --modules).
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TSC = `${ROOT}node_modules/typescript/bin/tsc`;
const HOSTS = "dynamic/hosts";
// The loader of development brings the bundler.
const { build, buildSync } = createRequire(`${ROOT}node_modules/tsx/package.json`)("esbuild");
const OPTIONS = { bundle: true, platform: "node", format: "esm", target: "node20", logLevel: "warning" };
/**
 * Every thread keeps the text of its modules in memory. Names stay, and lines are short, so that stack traces can be read. Without comments
 * the text is ASCII, of which V8 keeps one byte for each character and not two; licenses go to a file of their own.
 */
const SMALL = { minifyWhitespace: true, lineLimit: 160, legalComments: "none" };
/** Data that modules read, by their paths below `src`: files, and folders of them. */
const DATA = [
  "daemon/http/page",
  "inference/gpu/ort-shim.c",
  "inference/gpu/ort-table.h",
  "inference/texts/clip-merges.txt.gz",
];

/**
 * Packages of many small files, which every start would look for one by one. Others stay outside: they have binaries, workers or
 * data of their own, are loaded by few commands, or are reached into (mqtt).
 */
const BUILT_IN = ["commander", "prom-client", "protobufjs", "rxjs", "yaml", "zod"];
/** Of the forty languages of zod's messages, which would be loaded in every thread, English is used. */
const ENGLISH = {
  name: "english",
  setup({ onLoad }) {
    onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, ({ path }) => {
      return { contents: 'export { default as en } from "./en.js";', resolveDir: dirname(path) };
    });
  },
};
/** For modules of packages that ask for Node's own by `require`. */
const REQUIRE =
  'import { createRequire as requireFrom } from "node:module";\nconst require = requireFrom(import.meta.url);';

const files = readdirSync(`${ROOT}src`, { recursive: true }).filter((path) => path.endsWith(".ts"));
const workers = files.filter((path) => path.endsWith("-worker.ts"));
/** Modules that tests of the built program call. */
const TESTED = [
  "daemon/commands/one-workflow.ts",
  "daemon/commands/process-video.ts",
  "daemon/commands/read-pictures.ts",
  "daemon/input/parameter-faults.ts",
  "daemon/input/runtime-inputs.ts",
  "daemon/models/models.ts",
  "daemon/worker/workflow.ts",
];

rmSync(`${ROOT}dist`, { recursive: true, force: true });
await bundleModules(["library.ts", "testing.ts", "cli/main.ts", ...workers, ...TESTED]);
buildHosts();
for (const path of DATA) cpSync(`${ROOT}src/${path}`, `${ROOT}dist/${path}`, { recursive: true });
if (!process.argv.includes("--modules")) declare();

function declare() {
  const { status } = spawnSync(process.execPath, [TSC, "-p", "src/tsconfig.json"], { cwd: ROOT, stdio: "inherit" });
  process.exitCode = status ?? 1;
}

/** One file for each entry, and files of what several of them need. */
async function bundleModules(entries) {
  const { dependencies } = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8"));
  const outside = Object.keys(dependencies).filter((name) => !BUILT_IN.includes(name));
  const { metafile } = await build({
    ...OPTIONS,
    absWorkingDir: ROOT,
    entryPoints: entries.map((path) => `${ROOT}src/${path}`),
    outbase: `${ROOT}src`,
    outdir: `${ROOT}dist`,
    chunkNames: "parts/[name]-[hash]",
    splitting: true,
    external: outside.flatMap((name) => [name, `${name}/*`]),
    banner: { js: REQUIRE },
    plugins: [ENGLISH],
    ...SMALL,
    metafile: true,
  });
  writeLicenses(Object.keys(metafile.inputs));
}

/** The licenses of the packages that these files are from, which travel with their code. */
function writeLicenses(paths) {
  const folders = new Set(paths.map((path) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean));
  const parts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${ROOT}${folder}/package.json`, "utf8"));
    const texts = readdirSync(`${ROOT}${folder}`).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
    const text = texts.map((file) => readFileSync(`${ROOT}${folder}/${file}`, "utf8").trim()).join("\n\n");
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  writeFileSync(`${ROOT}dist/LICENSES.txt`, parts.join(`\n${"-".repeat(80)}\n\n`));
}

/** What processes of code blocks run: texts of Python as they are, and one text of all that the host for JavaScript needs. */
function buildHosts() {
  const [from, to] = [`${ROOT}src/${HOSTS}/`, `${ROOT}dist/${HOSTS}/`];
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) if (name.endsWith(".py")) copyFileSync(from + name, to + name);
  buildSync({ ...OPTIONS, entryPoints: [`${from}javascript-host.ts`], outfile: `${to}javascript-host.bundle` });
}
