import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { createScene } from "../src/demo/scene.ts";
import { json, openService } from "./blocks/sink/service-double.ts";
import { startCamera } from "./helpers/camera.ts";
import { ROOT, SHAPES } from "./helpers/cli.ts";
import { pageCommands } from "./helpers/page-commands.ts";
import { openWalk } from "./helpers/page-walk.ts";
import { SCENE } from "./helpers/scene.ts";
import { useFolder } from "./stream/clip.ts";

// The package as `npm pack` makes it, installed where nothing but the registry is reachable.

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const ALERT_PAGE = "docs/first-alert.md";
const SIZE = { width: SCENE.width, height: SCENE.height };
const folder = useFolder();
const quiet = { npm_config_update_notifier: "false", npm_config_audit: "false", npm_config_fund: "false" };
/** Installs into a folder of its own, which is the first on the path. */
function environment(): NodeJS.ProcessEnv {
  const place = { npm_config_prefix: prefix(), npm_config_prefer_offline: "true" };
  const PATH = `${prefix()}/bin:${process.env["PATH"]}`;
  return { ...process.env, ...quiet, ...place, PATH, ONNXRUNTIME_NODE_INSTALL: undefined };
}

const prefix = () => folder.path("prefix");

function run(command: string, args: string[], cwd: string): SpawnSyncReturns<string> {
  return spawnSync(command, args, { cwd, env: environment(), encoding: "utf8", timeout: 280_000 });
}

/** A copy to pack, as packing changes manifests in place. Binaries of other platforms stay behind: they only cost time. */
function copyCheckout(to: string): void {
  const { files } = JSON.parse(readFileSync(`${ROOT}/package.json`, "utf8")) as { files: string[] };
  for (const name of [...files, "package.json", "README.md", "LICENSE", "scripts"]) {
    cpSync(join(ROOT, name), join(to, name), { recursive: true });
  }
  for (const name of ["onnxruntime-node", "onnxruntime-common"]) {
    const filter = (path: string) => !/napi-v6\/(win32|darwin)/.test(path);
    cpSync(join(ROOT, "node_modules", name), join(to, "node_modules", name), { recursive: true, filter });
  }
}

function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" });
}

const reachesRegistry = run("npm", ["view", "rxjs", "name", "--prefer-online"], ROOT).status === 0;
if (!reachesRegistry) process.stderr.write("skipped: the npm registry cannot be reached\n");

describe.skipIf(!reachesRegistry)("the packed package, installed", () => {
  const installed = () => `${prefix()}/lib/node_modules/millrace`;
  const millrace = (...args: string[]) => run(`${prefix()}/bin/millrace`, args, folder.path("."));

  beforeAll(() => {
    const copy = folder.path("copy");
    mkdirSync(copy);
    copyCheckout(copy);
    expect(run(process.execPath, ["scripts/pack.mjs", "before"], copy).stderr).toBe("");
    const packed = run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder.path(".")], copy);
    expect(packed.status, packed.stderr).toBe(0);
    mkdirSync(prefix());
    const [install = ""] = pageCommands(ALERT_PAGE);
    expect(install).toContain(packed.stdout.trim().split("\n").at(-1));
    const done = run("bash", ["-c", install], folder.path("."));
    expect(done.status, done.stderr).toBe(0);
  });

  test("gives the first alert on a phone by the page's commands, word for word", async () => {
    const service = await openService((_, response) => json(response, {}));
    const scene = createScene(SCENE);
    const source = { kind: "drawn", ...SIZE, fps: 15, draw: scene.drawFrame } as const;
    const camera = await startCamera({ credentials: { user: "viewer", password: "PASSWORD" }, source });
    const walk = await openWalk(folder.path("gate"), environment());
    onTestFinished(() => walk.close().then(() => camera.close()));
    cpSync(SHAPES, folder.path("gate/detector.onnx"));
    const [start = "", ...commands] = pageCommands(ALERT_PAGE).slice(1).toReversed();
    for (const command of commands.toReversed()) {
      const isDoctor = command.startsWith("millrace doctor");
      if (command.startsWith("millrace config")) await walk.editConfig(service.base);
      const { code, output } = await walk.run(command.replace("rtsp://viewer:PASSWORD@192.0.2.20/stream1", camera.url));
      // What this machine lacks is none of the page's business.
      expect(code, `${command}\n${output}`).toBeLessThanOrEqual(isDoctor ? 1 : 0);
      if (isDoctor) expect(output).toMatch(/camera gate/);
    }
    walk.start(start);
    await vi.waitFor(() => expect(service.asked).toHaveLength(1), { timeout: 60_000, interval: 100 });
    expect(service.asked[0]).toMatchObject({ method: "POST", path: "/" });
    const body = JSON.parse(String(service.asked[0]?.body));
    expect(body).toEqual({ topic: "gate-7c1f09", title: "A person is there", message: expect.any(String) });
  });

  test("runs the demo, and every decoded frame is accounted for", () => {
    const { status, stdout, stderr } = millrace("demo", "--seconds", "4", "--json");
    expect(status, stderr).toBe(0);
    const { decoded, published, dropped } = JSON.parse(stdout);
    const lost = Object.values<number>(dropped).reduce((sum, count) => sum + count, 0);
    expect(decoded).toBeGreaterThan(0);
    expect(published + lost).toBe(decoded);
  });

  test("validates the definitions that travel with it", () => {
    const { status, stdout, stderr } = millrace("validate", `${installed()}/config/demo-workflow.json`, "--json");
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, issues: [] });
  });

  test("is a library for other programs", () => {
    writeFileSync(
      folder.path("use.mjs"),
      `import { BLOCKS, compile } from ${JSON.stringify(`${installed()}/dist/library.js`)}; console.log(BLOCKS.length > 0, typeof compile);`,
    );
    expect(run(process.execPath, ["use.mjs"], folder.path(".")).stdout).toBe("true function\n");
  });

  test("carries the docs, and no source maps or tools of development", () => {
    for (const name of ["docs/architecture.md", "docs/reference/config.md", "schemas", "systemd", "LICENSE"]) {
      expect(existsSync(join(installed(), name)), name).toBe(true);
    }
    expect(filesBelow(`${installed()}/dist`).filter((name) => name.endsWith(".map"))).toEqual([]);
    expect(readdirSync(`${installed()}/node_modules`)).not.toContain("vitest");
  });
});

test("the lock file has no install scripts to run, and names no registry host", () => {
  const text = readFileSync(`${ROOT}/package-lock.json`, "utf8");
  const { packages } = JSON.parse(text) as { packages: Record<string, { hasInstallScript?: boolean }> };
  expect(Object.keys(packages).filter((name) => packages[name]?.hasInstallScript)).toEqual([]);
  expect(text).not.toMatch(/"resolved": "https?:/);
});

test("test files that need a program are there", () => {
  const needs = JSON.parse(readFileSync(`${ROOT}/scripts/test-needs.json`, "utf8")) as Record<string, string[]>;
  const files = Object.values(needs).flat();
  expect(files.filter((name) => !existsSync(`${ROOT}/test/${name}.test.ts`))).toEqual([]);
});
