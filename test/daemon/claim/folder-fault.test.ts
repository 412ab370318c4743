import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { folderFault } from "../../../src/daemon/claim/folder-fault.ts";
import { ROOT } from "../../helpers/cli.ts";
import { baseConfig, startDaemon } from "../../helpers/daemon.ts";
import { mountSmallDisk } from "../../helpers/small-disk.ts";
import { useFolder } from "../../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000 });

const folder = useFolder();
const OTHER_USER = 65534;
const UNNAMED_USER = 54_321;
const MAIN = join(ROOT, "dist/cli/main.js");
const asUser = (user: number, ...command: string[]) => {
  const options = [`--reuid=${user}`, `--regid=${user}`, "--clear-groups"];
  const { PATH } = process.env;
  return spawnSync("setpriv", [...options, ...command], { encoding: "utf8", timeout: 60_000, env: { PATH } });
};
const asOther = (...command: string[]) => asUser(OTHER_USER, ...command);
/** A checkout or a folder for temporary files that others may not enter has no program for them. */
const isPossible =
  asOther(process.execPath, "--check", MAIN).status === 0 && asOther("test", "-x", tmpdir()).status === 0;
if (!isPossible)
  process.stderr.write(
    "skipped: starting the daemon as another user takes root, setpriv and a checkout that others can read\n",
  );

/** The start of a daemon by another user, with this folder. */
function start(stateDir: string, user = OTHER_USER) {
  chmodSync(dirname(folder.path("x")), 0o755);
  writeFileSync(
    folder.path("config.json"),
    JSON.stringify({ device: "box", state_dir: stateDir, cameras: {}, pipelines: {} }),
  );
  const { status, stderr } = asUser(user, process.execPath, MAIN, "start", "--config", folder.path("config.json"));
  const shown = stderr.replaceAll(dirname(folder.path("x")), "/somewhere");
  return { status, stderr: shown.replace(/(by user \d+) \(\w+\)/, "$1 (NAME)") };
}

describe.skipIf(!isPossible)("a state folder of another user", () => {
  it.each([
    ["that may not be written", 0o555, "state"],
    ["that may not be seen", 0o700, "state"],
    ["that cannot be made there", 0o555, "state/of/box"],
  ])("%s ends a start with what to do", (_, mode, path) => {
    mkdirSync(folder.path("state"), { recursive: true });
    chmodSync(folder.path("state"), mode);
    const { status, stderr } = start(folder.path(path));
    expect(status, stderr).toBe(2);
    const digits = mode.toString(8).padStart(4, "0");
    expect(stderr).toContain(
      `/state_dir: "/somewhere/${path}" cannot be written by user ${OTHER_USER} (NAME): /somewhere/state belongs to user 0 (mode ${digits}), expected a folder of this user [CONFIG_STATE_DIR]`,
    );
    expect(stderr).toContain(`hint: sudo chown ${OTHER_USER} /somewhere/state, or name a folder of this user`);
  });
});

it.skipIf(!isPossible)("is a fault for a user without a name and a home, as services may have one", () => {
  mkdirSync(folder.path("state"), { recursive: true });
  chmodSync(folder.path("state"), 0o555);
  const { status, stderr } = start(folder.path("state"), UNNAMED_USER);
  expect(status, stderr).toBe(2);
  expect(stderr).toContain(
    `"/somewhere/state" cannot be written by user ${UNNAMED_USER}: /somewhere/state belongs to user 0`,
  );
});

describe("a state folder", () => {
  it("that is a file, or lies below one, is a fault", async () => {
    writeFileSync(folder.path("file"), "");
    for (const path of ["file", "file/below"]) {
      expect(await folderFault(folder.path(path))).toMatchObject({
        path: "/state_dir",
        message: expect.stringContaining(`${folder.path("file")} is a file, expected a folder`),
      });
    }
  });

  it("is made with its parents, for this user alone", async () => {
    expect(await folderFault(folder.path("new/state"))).toBeNull();
  });
});

describe("a state folder on a disk that became read-only", () => {
  it("leaves the daemon running, degraded, and says so", async () => {
    const disk = await mountSmallDisk(4096);
    if (disk === undefined) return;
    onTestFinished(() => disk.close());
    disk.remount("ro");
    const { models: _, ...base } = baseConfig;
    const config = { ...base, state_dir: disk.path, mqtt: { url: "mqtt://127.0.0.1:1" }, cameras: {}, pipelines: {} };
    const daemon = await startDaemon(folder.path("read-only.json"), config);
    onTestFinished(() => void daemon.stop());
    await daemon.logged("daemon_started");
    expect(daemon.log().map(({ event }) => event)).toEqual(
      expect.arrayContaining(["spool_degraded", "tracks_not_kept"]),
    );
    const { status, degraded } = await daemon.health();
    expect(status).toBe("degraded");
    expect(degraded.map(({ what }) => what)).toContain("spool");
    expect((await daemon.stop()).code).toBe(0);
  });
});
