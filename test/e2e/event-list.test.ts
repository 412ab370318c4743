import { writeFile } from "node:fs/promises";
import { expect, test, vi } from "vitest";
import { startCamera } from "../helpers/camera.ts";
import { baseConfig, sceneSource, startDaemon, trackingWorkflow, within } from "../helpers/daemon.ts";
import { useFolder } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000 });

const folder = useFolder();

test("a daemon without a broker lists the events of its cameras, and ends them when it loses the camera", async () => {
  const camera = await startCamera({ source: sceneSource() });
  await writeFile(folder.path("track.json"), JSON.stringify(trackingWorkflow()));
  const daemon = await startDaemon(folder.path("millrace.json"), {
    ...baseConfig,
    cameras: { belt: { url: camera.url } },
    pipelines: { count: { workflow: "track.json", cameras: ["belt"] } },
  });
  const url = await daemon.url();
  const events = async () => {
    const response = await fetch(`${url}events.json`);
    return ((await response.json()) as { events: Record<string, unknown>[] }).events;
  };
  await within(
    async () => (await events()).length > 0,
    () => `an event is listed: ${daemon.output().slice(-2000)}`,
  );
  const [event] = await events();
  expect(event).toMatchObject({ camera: "belt", pipeline: "count", snapshot: null, clip: null });
  expect(event?.["id"]).toMatch(/^belt-[0-9a-f]{8}-\d{6}$/);
  await camera.stop();
  await within(
    async () => (await events()).every(({ end, reason }) => typeof end === "string" && typeof reason === "string"),
    () => `all events have ended: ${daemon.output().slice(-2000)}`,
  );
  expect((await daemon.stop()).code).toBe(0);
  await camera.close();
});
