import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { openEmbeddedBroker } from "../../src/demo/broker.ts";
import { baseConfig, startDaemon, trackingWorkflow, within } from "../helpers/daemon.ts";
import { describeMachine } from "../helpers/machine.ts";
import { mountSmallDisk } from "../helpers/small-disk.ts";
import { useFolder, writeNumberedClip } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000 });

const folder = useFolder();

test("a machine that runs out of something is degraded until it is over, and so says the log", async () => {
  const root = folder.path("machine");
  await describeMachine(root);
  await writeNumberedClip(folder.path("clip.mkv"), 60, "320x192", 10);
  await writeFile(folder.path("shapes.json"), JSON.stringify(trackingWorkflow()));
  const daemon = await startDaemon(folder.path("millrace.yaml"), {
    ...baseConfig,
    state_dir: folder.path("state"),
    host: { root, every_s: 0.1, shed: false },
    cameras: { gate: { url: "clip.mkv", loop: true } },
    pipelines: { one: { workflow: "shapes.json", cameras: ["gate"] } },
  });
  onTestFinished(async () => void (await daemon.stop()));
  await daemon.frames("gate", 1);
  const degraded = async () => (await daemon.health()).degraded.map(({ what }) => what);
  const metrics = async () => (await fetch(`${await daemon.url()}metrics`)).text();
  expect((await daemon.health()).host).toEqual({
    memory_available_mb: 3000,
    memory_total_mb: 4000,
    disk_free_mb: { [folder.path("state")]: expect.any(Number) },
    temperature_c: { "cpu-thermal": 50 },
  });
  expect(await degraded()).toEqual([]);

  await describeMachine(root, { availableMb: 150, celsius: 95 });
  await within(
    async () => (await degraded()).length === 2,
    () => "memory and temperature are degraded",
  );
  expect(await degraded()).toEqual(["memory", "temperature cpu-thermal"]);
  expect((await fetch(`${await daemon.url()}health/ready`)).status).toBe(503);
  expect(await metrics()).toContain('millrace_host_strained{what="temperature cpu-thermal"} 1');
  expect(await metrics()).toContain("millrace_host_memory_available_bytes 157286400");
  expect((await daemon.logged("host_strained", ({ kind }) => kind === "memory")).msg).toMatch(
    /^memory: 150 MB of the 4000 MB that this machine has are left, 200 MB should be/,
  );

  await describeMachine(root);
  await within(
    async () => (await degraded()).length === 0,
    () => "nothing is degraded any more",
  );
  expect(daemon.log("host_strained")).toHaveLength(2);
  expect(daemon.log("host_relieved")).toHaveLength(2);
});

describe("a machine with too little for all its cameras", () => {
  async function startBox(root: string) {
    await describeMachine(root);
    await writeNumberedClip(folder.path("clip.mkv"), 60, "320x192", 10);
    await writeFile(folder.path("shapes.json"), JSON.stringify(trackingWorkflow()));
    const camera = { url: "clip.mkv", loop: true };
    const daemon = await startDaemon(folder.path("millrace.yaml"), {
      ...baseConfig,
      host: { root, every_s: 0.1, shed_after_s: 0.3, restore_after_s: 0.5 },
      cameras: { gate: { ...camera, priority: "high" }, yard: camera, roof: { ...camera, priority: "low" } },
      pipelines: { one: { workflow: "shapes.json", cameras: ["gate", "yard", "roof"] } },
    });
    onTestFinished(async () => void (await daemon.stop()));
    for (const id of ["gate", "yard", "roof"]) await daemon.frames(id, 1);
    const states = async () => {
      const { cameras } = await daemon.health();
      return Object.values(cameras).map(({ state, share }) => `${state} ${share}`);
    };
    return { daemon, states };
  }

  test("pauses the least important ones while memory runs out, and resumes them", async () => {
    const root = folder.path("short-of-memory");
    const { daemon, states } = await startBox(root);
    await describeMachine(root, { availableMb: 50 });
    await within(
      async () => (await states()).join() === "online 1,paused 0,paused 0",
      () => `two cameras are paused:\n${daemon.output().slice(-3000)}`,
    );
    expect((await daemon.health()).degraded).toContainEqual({
      what: "camera roof",
      message: "paused, as memory runs out",
    });
    expect(daemon.log("load_shed").map(({ camera }) => camera)).toEqual(["roof", "yard"]);
    const before = (await daemon.health()).cameras;
    await daemon.frames("gate", 5);
    const after = (await daemon.health()).cameras;
    expect(after["roof"]?.decoded).toBe(before["roof"]?.decoded);
    await describeMachine(root);
    await within(
      async () => (await states()).every((state) => state === "online 1"),
      () => `all cameras are back:\n${daemon.output().slice(-3000)}`,
    );
    for (const id of ["yard", "roof"]) await daemon.frames(id, 1);
    expect((await daemon.health()).degraded).toEqual([]);
    expect(await daemon.stop()).toMatchObject({ code: 0 });
  });

  test("processes fewer frames of the least important one while it is hot, and counts the others", async () => {
    const root = folder.path("hot");
    const { daemon, states } = await startBox(root);
    await describeMachine(root, { celsius: 95 });
    await daemon.logged("load_shed", ({ camera, share }) => camera === "roof" && share === 0.5);
    await describeMachine(root);
    await within(
      async () => (await states()).every((state) => state === "online 1"),
      () => `all cameras are back:\n${daemon.output().slice(-3000)}`,
    );
    expect(daemon.log("load_shed")[0]?.msg).toBe(
      "camera roof: every second frame is processed, as the machine is too hot",
    );
    const text = await (await fetch(`${await daemon.url()}metrics`)).text();
    expect(text).toMatch(/millrace_camera_share\{camera="roof"\} 1/);
    expect(text).not.toMatch(/dropped_total\{camera="gate",reason="shed"\}/);
    for (const { decoded, published, dropped } of Object.values((await daemon.health()).cameras)) {
      expect(decoded).toBeGreaterThanOrEqual(published + dropped);
    }
    expect(await daemon.stop()).toMatchObject({ code: 0 });
  });
});

test("a state folder on a full disk is reported, and the cameras go on", async () => {
  const disk = await mountSmallDisk(512);
  if (disk === undefined) return;
  onTestFinished(() => disk.close());
  const broker = await openEmbeddedBroker(() => {});
  onTestFinished(() => broker.close());
  await writeFile(join(disk.path, "filler"), Buffer.alloc(2 ** 20)).catch(() => {});
  await writeNumberedClip(folder.path("clip.mkv"), 60, "320x192", 10);
  await writeFile(folder.path("shapes.json"), JSON.stringify(trackingWorkflow()));
  const daemon = await startDaemon(folder.path("millrace.yaml"), {
    ...baseConfig,
    state_dir: join(disk.path, "state"),
    mqtt: { url: broker.url },
    cameras: { gate: { url: "clip.mkv", loop: true } },
    pipelines: { one: { workflow: "shapes.json", cameras: ["gate"], keep_state: true } },
  });
  onTestFinished(async () => void (await daemon.stop()));
  await daemon.frames("gate", 3);
  const { degraded } = await daemon.health();
  expect(degraded.map(({ what }) => what).join()).toMatch(/disk|spool/);
  expect(await daemon.stop()).toMatchObject({ code: 0 });
  expect(daemon.output()).not.toMatch(/^\s+at /m);
});
