import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Broker, freePort, lacksBroker, startBroker } from "../helpers/broker.ts";
import { ROOT } from "../helpers/cli.ts";
import { baseConfig, startDaemon, type TestDaemon, trackingWorkflow, within } from "../helpers/daemon.ts";
import { useFolder, writeNumberedClip } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 90_000 });

const folder = useFolder();

describe.skipIf(lacksBroker())("a daemon with a dead camera", () => {
  let broker: Broker;
  let daemon: TestDaemon;
  let config: object;

  beforeAll(async () => {
    broker = await startBroker();
    await writeNumberedClip(folder.path("clip.mkv"), 60, "320x192", 10);
    await writeFile(folder.path("shapes.json"), JSON.stringify(trackingWorkflow()));
    config = {
      ...baseConfig,
      mqtt: { url: broker.url },
      cameras: {
        gate: { url: "clip.mkv", loop: true },
        dead: { url: `rtsp://127.0.0.1:${await freePort()}/none` },
      },
      pipelines: { one: { workflow: "shapes.json", cameras: ["gate", "dead"] } },
    };
    daemon = await startDaemon(folder.path("millrace.yaml"), config);
    await daemon.frames("gate", 3);
    await daemon.logged("source_failed");
  });
  afterAll(async () => {
    await daemon.stop();
    await broker.close();
  });

  const get = async (path: string) => fetch(`${await daemon.url()}${path}`);
  const scrape = async () => (await get("metrics")).text();
  const ready = async () => {
    const response = await get("health/ready");
    const { degraded } = (await response.json()) as { degraded: { what: string; message: string }[] };
    return { status: response.status, degraded };
  };
  const whats = async () => (await ready()).degraded.map(({ what }) => what);

  test("has a metric for everything that the dashboard shows", async () => {
    const text = await scrape();
    const declared = [...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)].flatMap(([, name = "", type]) =>
      type === "histogram" ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
    );
    const dashboard = readFileSync(`${ROOT}/config/grafana/millrace.json`, "utf8");
    const shown = new Set(dashboard.match(/millrace_[a-z_]+/g));
    expect(shown.size).toBeGreaterThan(15);
    expect([...shown].filter((name) => !declared.includes(name))).toEqual([]);
  });

  test("names every series in the way of Prometheus, with the values of its health", async () => {
    const text = await scrape();
    const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    expect(samples.filter((line) => !/^millrace_\w+(\{[^}]*\})? \S+$/.test(line))).toEqual([]);
    const sampleOf = (series: string) => Number(samples.find((line) => line.startsWith(`${series} `))?.split(" ")[1]);
    expect(sampleOf('millrace_camera_frames_published_total{camera="gate"}')).toBeGreaterThanOrEqual(3);
    expect(sampleOf('millrace_camera_latency_seconds_count{camera="gate"}')).toBeGreaterThanOrEqual(3);
    expect(sampleOf('millrace_camera_state{camera="dead",state="retrying"}')).toBe(1);
    expect(sampleOf('millrace_camera_state{camera="gate",state="online"}')).toBe(1);
    expect(sampleOf('millrace_model_info{model="shapes/1",provider="cpu"}')).toBe(1);
    expect(sampleOf('millrace_daemon_events_total{event="source_failed"}')).toBeGreaterThan(0);
    expect(sampleOf("millrace_process_resident_memory_bytes")).toBeGreaterThan(1e7);
    expect([sampleOf("millrace_daemon_ready"), sampleOf("millrace_daemon_live")]).toEqual([0, 1]);
  });

  test("is live and not ready while the camera, the broker or the config are not as they should be", async () => {
    await within(
      async () => (await whats()).join() === "camera dead",
      () => "only the camera is degraded",
    );
    expect((await ready()).status).toBe(503);
    await broker.stop();
    await within(
      async () => (await whats()).includes("broker"),
      () => "the broker is degraded",
    );
    await broker.start();
    await writeFile(daemon.config, JSON.stringify({ ...config, nothing: 1 }));
    await daemon.logged("config_refused");
    const found = (await ready()).degraded.find(({ what }) => what === "config");
    expect(found?.message).toContain('"nothing" is not known');
    expect((await get("health/live")).status).toBe(200);
  });

  test("is ready when all is mended", async () => {
    await writeFile(
      daemon.config,
      JSON.stringify({
        ...config,
        cameras: { gate: { url: "clip.mkv", loop: true } },
        pipelines: { one: { workflow: "shapes.json", cameras: ["gate"] } },
      }),
    );
    await within(
      async () => (await ready()).status === 200,
      () => "it is ready",
    );
    expect(await scrape()).toMatch(/^millrace_daemon_ready 1$/m);
  });
});
