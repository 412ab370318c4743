// Makes a fresh checkout ready: packages and build. Runs before anything is installed, so it uses Node alone.
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Installs packages and builds, each only when it is missing or older than what it is made from. */
export function setUp() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) fail(`Node 20.19 or later is needed, this is ${process.version}`);
  if (isOlder("node_modules/.package-lock.json", ["package-lock.json"])) {
    say("packages are missing or out of date: npm ci (about a minute, and it builds as well)");
    run("npm", ["ci", "--include=dev", "--no-audit", "--no-fund"]);
  }
  if (isOlder("dist/cli/main.js", ["src", "package.json", "tsconfig.json"])) {
    say("the build is missing or older than src: npm run build");
    run("npm", ["run", "--silent", "build"]);
  }
}

/** Runs a command to its end; ends this process with its exit code when it fails. */
export function run(command, args) {
  // What the command prints is for people; standard output belongs to whatever runs afterwards.
  const { status, error } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: ["inherit", 2, 2],
    env: plainUnlessTerminal(),
  });
  if (error !== undefined) fail(`${command} cannot be run: ${error.message}`);
  if (status !== 0) fail(`${command} ${args.join(" ")} failed`, status ?? 1);
}

/** The environment for tools: without colours where the output goes to a file. */
export function plainUnlessTerminal() {
  return process.stderr.isTTY || process.env.FORCE_COLOR ? process.env : { ...process.env, NO_COLOR: "1" };
}

export function say(text) {
  process.stderr.write(`millrace: ${text}\n`);
}

function fail(text, status = 1) {
  say(text);
  process.exit(status);
}

function isOlder(made, sources) {
  const at = newest(made);
  return at === 0 || sources.some((source) => newest(source) > at);
}

/** Time of the newest file or folder (which a removed file makes newer) at or below a path, 0 when there is none. */
function newest(path) {
  const stat = statSync(join(ROOT, path), { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(join(ROOT, path)).map((name) => newest(`${path}/${name}`)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setUp();
