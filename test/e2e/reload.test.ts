import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Lock } from "../../src/daemon/claim/claims.ts";
import { lockFolder } from "../../src/daemon/claim/lock-folder.ts";
import { freePort, lacksBroker } from "../helpers/broker.ts";
import { millrace } from "../helpers/cli.ts";
import { baseConfig, startDaemon, type TestDaemon, trackingWorkflow, within } from "../helpers/daemon.ts";
import { useWatchedBroker } from "../helpers/watched-broker.ts";
import { useFolder, writeNumberedClip } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const folder = useFolder();

describe.skipIf(lacksBroker())("a config that is read again", () => {
  const around = useWatchedBroker();
  let daemon: TestDaemon | undefined;

  beforeAll(async () => {
    await writeNumberedClip(folder.path("clip.mkv"), 60, "320x192", 10);
    await writeFile(folder.path("shapes.json"), JSON.stringify(trackingWorkflow()));
  });
  afterEach(async () => {
    await daemon?.stop("SIGKILL");
  });

  const camera = { url: folder.path("clip.mkv"), loop: true };
  const configOf = (changes: object = {}) => ({
    ...baseConfig,
    mqtt: { url: around.broker.url },
    cameras: { gate: { ...camera, url: folder.path("clip.mkv") } },
    pipelines: { one: { workflow: "shapes.json", cameras: ["gate"], publish: { frames: true } } },
    ...changes,
  });
  const start = async (changes: object = {}) => {
    daemon = await startDaemon(folder.path("millrace.yaml"), configOf(changes));
    await daemon.frames("gate", 3);
    return daemon;
  };
  const change = (running: TestDaemon, changes: object) => writeFile(running.config, JSON.stringify(configOf(changes)));
  const count = (running: TestDaemon, event: string) => running.log(event).length;
  const status = () => around.watcher.texts("millrace/dock/status");

  /** A port that is in use until it is given back. */
  async function busyPort(): Promise<{ port: number; server: Server }> {
    const port = await freePort();
    const server = createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    return { port, server };
  }

  test("takes what it can without what another daemon has, and that as soon as it is free", async () => {
    const running = await start();
    const locked = (await lockFolder(folder.path("state"), () => {})) as { lock: Lock };
    await change(running, { state_dir: "state", stats_interval_s: 2 });
    const refused = await running.logged("change_refused", ({ what }) => what === "state_dir");
    expect(refused.msg).toContain(`is in use by process ${process.pid}`);
    expect((await running.logged("config_applied"))["keys"]).toEqual(["stats_interval_s"]);
    await running.frames("gate", 3);
    expect(count(running, "daemon_stopped")).toBe(0);
    await locked.lock.release();
    await within(
      () => count(running, "daemon_started") === 2,
      () => `the daemon has its folder:\n${running.output().slice(-2000)}`,
    );
    await running.frames("gate", 3);
  });

  test("opens a new daemon though its port is in use, with the page where it was until then", async () => {
    const running = await start();
    const before = await running.url();
    const { port, server } = await busyPort();
    await change(running, { frame_memory_mb: 256, http: { port } });
    const refused = await running.logged("change_refused", ({ what }) => what === "http");
    expect(refused.msg).toContain(`port ${port} is in use`);
    await within(
      () => count(running, "daemon_started") === 2,
      () => "a new daemon is open",
    );
    const kept = await running.url();
    expect([kept.startsWith("http://127.0.0.1:"), kept.includes(String(port)), before === ""]).toEqual([
      true,
      false,
      false,
    ]);
    await running.frames("gate", 3);
    server.close();
    await running.logged("http_listening", ({ url }) => String(url).includes(`:${port}/`));
    await running.frames("gate", 3);
  });

  test("brings back what ran, when the new daemon cannot be opened after all", async () => {
    const running = await start();
    await change(running, { inference: { providers: ["tensorrt"] } });
    await running.logged("restart_failed");
    await within(
      () => count(running, "daemon_started") === 2,
      () => `what ran is back:\n${running.output().slice(-2000)}`,
    );
    await running.frames("gate", 3);
    await change(running, { inference: { providers: ["cpu"] } });
    await within(
      () => count(running, "daemon_started") === 3,
      () => "the mended config is taken",
    );
    expect(await running.stop()).toEqual({ code: 0, signal: null });
  });

  test("keeps a pipeline running whose other settings do not open, and the daemon when no pipeline is left", async () => {
    const running = await start();
    await change(running, { pipelines: {} });
    expect((await running.logged("config_applied"))["removed"]).toEqual(["one"]);
    await change(running, {});
    await running.frames("gate", 3);
    expect(await running.stop()).toEqual({ code: 0, signal: null });
  });

  test("is not served twice: the second daemon ends with 2, and the first one's broker hears nothing of it", async () => {
    const running = await start({ state_dir: "twice" });
    const withFolder = await millrace(["start", "--config", running.config]);
    expect(withFolder.code).toBe(2);
    expect(withFolder.stderr).toContain(`twice" is in use by process ${running.pid}`);
    await writeFile(folder.path("other.yaml"), JSON.stringify(configOf()));
    const withoutFolder = await millrace(["start", "--config", folder.path("other.yaml")]);
    expect(withoutFolder.code).toBe(2);
    expect(withoutFolder.stderr).toContain(`process ${running.pid} is connected to ${around.broker.url}`);
    await running.frames("gate", 3);
    expect(status()).toEqual(["online"]);
  });

  test("at the start, a port in use costs the page alone until it is free", async () => {
    const { port, server } = await busyPort();
    daemon = await startDaemon(folder.path("millrace.yaml"), configOf({ http: { port } }));
    await daemon.logged("change_refused", ({ what }) => what === "http");
    await within(
      () => around.watcher.texts("millrace/dock/camera/gate/detections").length > 3,
      () => "detections are published",
    );
    server.close();
    await daemon.frames("gate", 3);
  });
});
