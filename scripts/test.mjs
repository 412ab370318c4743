// `npm test`: set-up, then every check. With arguments only vitest runs, and gets them: `npm test -- test/compiler`.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter } from "node:path";
import { plainUnlessTerminal, ROOT, run, say, setUp } from "./setup.mjs";

/** What the tests use of the system, by Debian package. */
const PACKAGES = [
  { name: "mosquitto", program: "mosquitto", without: "tests of publishing against a real broker" },
  { name: "mosquitto-clients", program: "mosquitto_sub", without: "tests that read messages with another client" },
  { name: "ffmpeg", program: "ffmpeg", without: "tests of the system's ffmpeg; the embedded one is used instead" },
  { name: "python3", program: "python3", without: "tests of code blocks in Python" },
  { name: "bubblewrap", program: "bwrap", without: "tests of code in isolation at its strongest level" },
  { name: "chromium", program: "chromium", without: "tests of the live page in a browser" },
];

setUp();
installPackages();
const given = process.argv.slice(2);
if (given.length === 0) {
  check("biome", ["ci", "."]);
  check("tsc", ["--noEmit"]);
  check("knip", []);
}
// The last thing of all, so that its closing lines are the last ones.
const vitest = `${ROOT}node_modules/.bin/vitest`;
const { status } = spawnSync(vitest, ["run", ...given], { cwd: ROOT, stdio: "inherit", env: plainUnlessTerminal() });
process.exit(status ?? 1);

function installPackages() {
  const missing = PACKAGES.filter(({ program }) => !isInstalled(program));
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name);
  if (process.getuid?.() === 0 && isInstalled("apt-get")) {
    say(`installing Debian packages that the tests use: ${names.join(", ")}`);
    aptGet(["update", "-qq"]);
    aptGet(["install", "-y", "-qq", "--no-install-recommends", ...names]);
  }
  for (const { name, program, without } of missing) {
    if (!isInstalled(program)) say(`${name} is not installed; skipped without it: ${without}`);
  }
}

function aptGet(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { status } = spawnSync("apt-get", args, { env, stdio: ["ignore", 2, 2] });
  if (status !== 0) say(`apt-get ${args[0]} failed; the tests go on without`);
}

function isInstalled(program) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return folders.some((folder) => existsSync(`${folder}/${program}`));
}

function check(tool, args) {
  say([tool, ...args].join(" "));
  run(`${ROOT}node_modules/.bin/${tool}`, args);
}
