// `npm test`: set-up, then every check. With arguments only vitest runs, and gets them: `npm test -- test/compiler`.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter } from "node:path";
import { plainUnlessTerminal, ROOT, run, say, setUp } from "./setup.mjs";

/** What the tests use of the system, by Debian package. */
const PACKAGES = [
  { name: "mosquitto", program: "mosquitto", without: "tests of publishing against a real broker" },
  { name: "mosquitto-clients", program: "mosquitto_sub", without: "tests that read messages with another client" },
  { name: "ffmpeg", program: "ffmpeg", without: "tests of the system's ffmpeg; the embedded one is used instead" },
  { name: "python3", program: "python3", without: "tests of code blocks in Python" },
  { name: "python3-numpy", isInstalled: hasNumpy, without: "tests of arrays and detections in Python" },
  { name: "python3-venv", isInstalled: hasVenv, without: "tests of Python blocks beside the package supervision" },
  { name: "bubblewrap", program: "bwrap", without: "tests of code in isolation at its strongest level" },
  { name: "chromium", program: "chromium", without: "tests of the live page in a browser" },
];

/** The detections of the reference's own Python blocks. */
const SUPERVISION = "supervision==0.31.2";
const VENV = `${ROOT}node_modules/.cache/python`;

setUp();
installPackages();
installSupervision();
const given = process.argv.slice(2);
if (given.length === 0) {
  check("biome", ["ci", "."]);
  check("tsc", ["--noEmit"]);
  check("knip", []);
}
// The last thing of all, so that its closing lines are the last ones.
const vitest = `${ROOT}node_modules/.bin/vitest`;
const env = existsSync(`${VENV}/complete`)
  ? { MILLRACE_TEST_PYTHON: `${VENV}/bin/python`, ...plainUnlessTerminal() }
  : plainUnlessTerminal();
const soaked = given.length === 0 ? soak() : 0;
const { status } = spawnSync(vitest, ["run", ...given, ...exclusions()], { cwd: ROOT, stdio: "inherit", env });
if (soaked !== 0) say("the soak before the tests failed; its checks are above");
process.exit(status === 0 ? soaked : (status ?? 1));

/** By itself, as eight cameras take a processor of their own, which tests beside it would take from them. */
function soak() {
  say("two minutes of the daemon with faults at random (MILLRACE_SOAK_TEST=0 leaves them out)");
  if (process.env.MILLRACE_SOAK_TEST === "0") return 0;
  const wanted = { ...env, MILLRACE_SOAK_TEST: "1" };
  const result = spawnSync(vitest, ["run", "test/e2e/soak.test.ts"], { cwd: ROOT, stdio: "inherit", env: wanted });
  return result.status ?? 1;
}

function installPackages() {
  const missing = PACKAGES.filter((wanted) => !isPresent(wanted));
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name);
  if (process.getuid?.() === 0 && isInstalled("apt-get")) {
    say(`installing Debian packages that the tests use: ${names.join(", ")}`);
    aptGet(["update", "-qq"]);
    aptGet(["install", "-y", "-qq", "--no-install-recommends", ...names]);
  }
  for (const wanted of missing) {
    if (!isPresent(wanted)) say(`${wanted.name} is not installed; skipped without it: ${wanted.without}`);
  }
}

/** Leaves out what cannot run without a program that may not be installed, and says so. All other tests look for themselves. */
function exclusions() {
  const needs = JSON.parse(readFileSync(`${ROOT}scripts/test-needs.json`, "utf8"));
  return Object.entries(needs).flatMap(([program, files]) => {
    if (isInstalled(program)) return [];
    say(`${files.length} test files are left out without ${program}: ${files.join(", ")}`);
    return files.flatMap((file) => ["--exclude", `test/${file}.test.ts`]);
  });
}

function isPresent({ program, isInstalled: check }) {
  return check === undefined ? isInstalled(program) : check();
}

function aptGet(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { status } = spawnSync("apt-get", args, { env, stdio: ["ignore", 2, 2] });
  if (status !== 0) say(`apt-get ${args[0]} failed; the tests go on without`);
}

/** A Python environment of the tests' own, kept until packages are installed again. */
function installSupervision() {
  if (existsSync(`${VENV}/complete`) || !hasVenv()) return;
  say(`installing ${SUPERVISION} into an environment of its own`);
  const quiet = { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] };
  const commands = [
    [pythonWith("ensurepip"), ["-m", "venv", "--clear", VENV]],
    [`${VENV}/bin/python`, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", SUPERVISION]],
  ];
  for (const [command, args] of commands) {
    const { status, stderr, error } = spawnSync(command, args, quiet);
    if (status === 0) continue;
    const reason = (error?.message ?? stderr).trim().split("\n").at(-1);
    return say(`supervision is not installed (${reason}); tests that need it are skipped`);
  }
  writeFileSync(`${VENV}/complete`, SUPERVISION);
}

function hasNumpy() {
  return pythonWith("numpy") !== undefined;
}

function hasVenv() {
  return pythonWith("ensurepip") !== undefined;
}

/** The first Python on the path, or Debian's, that has a module. */
function pythonWith(module) {
  const has = (python) => spawnSync(python, ["-c", `import ${module}`], { stdio: "ignore" }).status === 0;
  return ["python3", "/usr/bin/python3"].find(has);
}

function isInstalled(program) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return folders.some((folder) => existsSync(`${folder}/${program}`));
}

function check(tool, args) {
  say([tool, ...args].join(" "));
  run(`${ROOT}node_modules/.bin/${tool}`, args);
}
