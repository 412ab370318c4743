import { writeFile } from "node:fs/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { baseConfig, startDaemon, trackingWorkflow, within } from "../helpers/daemon.ts";
import { describeMachine } from "../helpers/machine.ts";
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
    host: { root, every_s: 0.1 },
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
