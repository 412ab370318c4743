import { writeFile } from "node:fs/promises";
import { expect, test, vi } from "vitest";
import { startCamera } from "../helpers/camera.ts";
import { baseConfig, sceneSource, startDaemon, trackingWorkflow, within } from "../helpers/daemon.ts";
import { useWatchedBroker } from "../helpers/watched-broker.ts";
import { ffmpeg, useFolder } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 240_000 });

const folder = useFolder();
const watched = useWatchedBroker();
const FRAMES = 150;

interface Stats {
  cameras: Record<string, { decoded: number; processed: number; dropped: Record<string, number> }>;
  archive: Record<"pictures" | "clips", { files: number; bytes: number; deleted: Record<string, number> }>;
}

/** The last statistics of a device: nothing is in flight then. */
function lastStats(device: string): Stats {
  return JSON.parse(watched.watcher.texts(`millrace/${device}/stats`).at(-1) ?? "{}") as Stats;
}

test("every frame of a file is published with pictures and clips of its events as without", async () => {
  const camera = await startCamera({ source: sceneSource(), groupS: 1 });
  const recorded = folder.path("scene.mkv");
  await ffmpeg(["-rtsp_transport", "tcp", "-i", camera.url, "-frames:v", `${FRAMES}`, "-c", "copy", recorded]);
  await camera.close();
  await writeFile(folder.path("track.json"), JSON.stringify(trackingWorkflow()));
  const file = { url: recorded, pace: "fast", loop: false };
  const pipeline = (name: string, publish: object) => ({ workflow: "track.json", cameras: [name], publish });
  const config = {
    ...baseConfig,
    state_dir: "state",
    mqtt: { url: watched.broker.url },
    cameras: { plain: file, kept: { ...file, clips: { before_s: 1, after_s: 1, longest_s: 5 } } },
    pipelines: { one: pipeline("plain", {}), two: pipeline("kept", { snapshots: { disk: true } }) },
  };
  const daemon = await startDaemon(folder.path("millrace.json"), config);
  expect((await daemon.ended).code).toBe(0);
  const { cameras, archive } = lastStats("dock");
  for (const name of ["plain", "kept"])
    expect(cameras[name], daemon.output().slice(-2000)).toMatchObject({
      decoded: FRAMES,
      processed: FRAMES,
      dropped: {},
    });
  expect(archive.pictures.files).toBeGreaterThan(0);
  expect(archive.clips.files).toBeGreaterThan(0);
  expect(archive.clips.bytes).toBeGreaterThan(1000);
});

test("of a live camera published and dropped frames are those decoded, with pictures and clips of its events", async () => {
  const camera = await startCamera({ source: sceneSource(), groupS: 1 });
  await writeFile(folder.path("track.json"), JSON.stringify(trackingWorkflow()));
  const config = {
    ...{ ...baseConfig, device: "live", state_dir: "state-live", mqtt: { url: watched.broker.url } },
    cameras: { belt: { url: camera.url, clips: { before_s: 1, after_s: 0, longest_s: 3 } } },
    pipelines: { one: { workflow: "track.json", cameras: ["belt"], publish: { snapshots: { disk: true } } } },
  };
  const daemon = await startDaemon(folder.path("live.json"), config);
  await within(
    async () => ((await daemon.health()).clips["belt"]?.made ?? 0) > 1,
    () => `two clips are made: ${daemon.output().slice(-3000)}`,
    120_000,
  );
  expect((await daemon.stop()).code).toBe(0);
  await camera.close();
  const { cameras, archive } = lastStats("live");
  const { decoded = 0, processed = 0, dropped = {} } = cameras["belt"] ?? {};
  expect(processed + Object.values(dropped).reduce((sum, count) => sum + count, 0)).toBe(decoded);
  expect(archive.clips.files).toBeGreaterThan(1);
  expect(archive.pictures.deleted).toEqual({ age: 0, size: 0, count: 0 });
});
