import { spawn, spawnSync } from "node:child_process";
import { chmod, chown, mkdir, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { codeBlock } from "../dynamic/code-in-a-definition.ts";
import { freePort } from "../helpers/broker.ts";
import { ROOT } from "../helpers/cli.ts";
import { startDaemon, within } from "../helpers/daemon.ts";
import { listenForNotifications } from "../helpers/notify-socket.ts";
import { useFolder, writeNumberedClip } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const folder = useFolder();
const UNIT = `${ROOT}/systemd/millrace.service`;
const WATCHDOG_S = 3;

const succeeds = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;
const lacks = (what: string, isThere: boolean) => {
  if (!isThere) process.stderr.write(`skipped: ${what}\n`);
  return !isThere;
};
const lacksNotify = lacks(
  "systemd-notify and python3 are not there",
  succeeds("systemd-notify", "--version") && succeeds("/usr/bin/python3", "--version"),
);

beforeAll(async () => {
  await chmod(folder.path("."), 0o755);
  await writeNumberedClip(folder.path("clip.mkv"), 60, "64x48", 10);
});

interface Code {
  source: string;
  language?: "PythonCode";
}

function definition(...blocks: Code[]): string {
  const image = { type: "DynamicInputDefinition", selector_types: ["input_image"] };
  return JSON.stringify({
    version: "1.0",
    inputs: [{ type: "WorkflowImage", name: "image" }],
    dynamic_blocks_definitions: blocks.map(({ source, language }, i) =>
      codeBlock(`Block${i}`, source, { inputs: { image }, ...(language && { code: { type: language } }) }),
    ),
    steps: blocks.map((_, i) => ({ type: `Block${i}`, name: `step${i}`, image: "$inputs.image" })),
    outputs: blocks.map((_, i) => ({ type: "JsonField", name: `out${i}`, selector: `$steps.step${i}.out` })),
  });
}

function configOf(workflow: string, more: { pipeline?: object; [key: string]: unknown } = {}) {
  const { pipeline, ...rest } = more;
  return {
    device: "dock",
    http: { port: 0 },
    cameras: { gate: { url: folder.path("clip.mkv"), loop: true } },
    pipelines: { one: { workflow, cameras: ["gate"], ...pipeline } },
    ...rest,
  };
}

const WELL = "function run() { return { out: 1 }; }";

describe.skipIf(lacksNotify)("a daemon with a service manager", () => {
  const environment = (socket: string) => ({ NOTIFY_SOCKET: socket, WATCHDOG_USEC: `${WATCHDOG_S * 1e6}` });

  test("says that it has started, that frames are processed, and that it stops", async () => {
    const socket = await listenForNotifications(folder.path("well.socket"));
    await writeFile(folder.path("well.json"), definition({ source: WELL }));
    const daemon = await startDaemon(folder.path("well.yaml"), configOf("well.json"), environment(socket.path));
    const online = (message: string) => message === "WATCHDOG=1 STATUS=ok: 1 of 1 cameras online";
    await socket.received((messages) => messages.filter(online).length >= 2, "frames are processed");
    expect(socket.messages()[0]).toMatch(/^READY=1 STATUS=ok: \d of 1 cameras online$/);
    await daemon.stop();
    expect(socket.messages().at(-1)).toBe("STOPPING=1");
  });

  test("asks for its end when frames come and none is processed", async () => {
    const socket = await listenForNotifications(folder.path("hung.socket"));
    await writeFile(folder.path("hung.json"), definition({ source: "function run() { for (;;) {} }" }));
    const config = configOf("hung.json", { pipeline: { timeout_ms: 500 } });
    const daemon = await startDaemon(folder.path("hung.yaml"), config, environment(socket.path));
    expect(await daemon.logged("frames_stalled")).toMatchObject({ level: "error", cameras: ["gate"] });
    await socket.received(
      (messages) => messages.some((message) => message.startsWith("WATCHDOG=trigger")),
      "its end is asked for",
    );
    expect(socket.messages()[0]).toMatch(/^READY=1/);
    const live = await fetch(`${await daemon.url()}health/live`);
    expect([live.status, await live.json()]).toEqual([503, { live: false, stalled: ["gate"] }]);
    await daemon.stop();
  });
});

const lacksAnalyze = lacks("systemd-analyze is not there", succeeds("systemd-analyze", "--version"));

test.skipIf(lacksAnalyze)("the unit is exposed less than 2.5 to systemd", () => {
  const { status, stdout } = spawnSync("systemd-analyze", ["security", "--offline=true", "--threshold=24", UNIT], {
    encoding: "utf8",
  });
  expect(status, stdout).toBe(0);
});

/** What the launcher needs: to be root, the filter's library, and a checkout that services can see. */
const lacksUnit =
  lacksNotify ||
  lacksAnalyze ||
  lacks(
    "the unit's restrictions need root, bubblewrap, libseccomp and a checkout outside of /root, /home and /tmp",
    process.getuid?.() === 0 &&
      !/^\/(root|home|tmp)\//.test(ROOT) &&
      succeeds("bwrap", "--unshare-user", "--ro-bind", "/", "/", "true") &&
      succeeds("/usr/bin/python3", "-c", 'import ctypes; ctypes.CDLL("libseccomp.so.2")'),
  );

describe.skipIf(lacksUnit)("under the restrictions of the unit", () => {
  const STATE_USER = 61184;
  const launch = (state: string, script: string, env: NodeJS.ProcessEnv = {}) =>
    spawn(
      "/usr/bin/python3",
      [
        `${ROOT}/test/fixtures/in-unit.py`,
        UNIT,
        state,
        "sh",
        "-c",
        script,
        "sh",
        process.execPath,
        `${ROOT}/dist/cli/main.js`,
      ],
      { env: { PATH: "/usr/local/bin:/usr/bin:/bin", ...env }, stdio: ["ignore", "pipe", "pipe"] },
    );

  test("isolated code runs at the level strong, and the supervised daemon feeds the watchdog", async () => {
    const state = folder.path("state");
    await mkdir(state);
    await chown(state, STATE_USER, STATE_USER);
    const socket = await listenForNotifications(`${state}/notify`);
    const python =
      'def run(self, image):\n    try:\n        open("/etc/passwd")\n    except OSError:\n        return {"out": "shut in"}\n    return {"out": "free"}\n';
    await writeFile(`${state}/both.json`, definition({ source: WELL }, { source: python, language: "PythonCode" }));
    await writeNumberedClip(`${state}/clip.mkv`, 60, "64x48", 10);
    const port = await freePort();
    const config = configOf("both.json", {
      ...{ code_blocks: "isolated", state_dir: "data", http: { port } },
      cameras: { gate: { url: "clip.mkv", loop: true } },
    });
    await writeFile(`${state}/millrace.yaml`, JSON.stringify(config));
    const variables = { NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: `${WATCHDOG_S * 1e6}` };
    const script = `WATCHDOG_PID=$$ exec "$@" start --supervise --config ${state}/millrace.yaml`;
    const daemon = launch(state, script, variables);
    let output = "";
    for (const stream of [daemon.stdout, daemon.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    const ended = new Promise((resolve) => daemon.once("close", (code) => resolve(code)));
    onTestFinished(() => void daemon.kill("SIGKILL"));
    await within(
      () => daemon.exitCode !== null || socket.messages().some((message) => message.startsWith("WATCHDOG=1 STATUS=ok")),
      () => `the watchdog is fed: ${socket.messages().join("; ")}\n${output}`,
    );
    const health = await (await fetch(`http://127.0.0.1:${port}/health`)).json();
    expect(health, output).toMatchObject({ ok: true, failures: {}, cameras: { gate: { state: "online" } } });
    daemon.kill("SIGTERM");
    expect(await ended).toBe(0);
  });

  test("doctor finds the level strong there", async () => {
    await mkdir(folder.path("doctor"), { recursive: true });
    const doctor = launch(folder.path("doctor"), '"$@" doctor --json');
    let output = "";
    doctor.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    await new Promise((resolve) => doctor.once("close", resolve));
    const { checks } = JSON.parse(output) as { checks: { id: string; status: string; found: string }[] };
    expect(checks.find(({ id }) => id === "sandbox")).toMatchObject({
      status: "ok",
      found: expect.stringContaining('the level "strong"'),
    });
  });
});
