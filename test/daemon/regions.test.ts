import { writeFile } from "node:fs/promises";
import { expect, test, vi } from "vitest";
import { type Box, overlap } from "../../src/geometry/box-overlap.ts";
import type { Payload } from "../../src/publish/messages/schemas.ts";
import { baseConfig, trackSteps, within } from "../helpers/daemon.ts";
import { openTestDaemon } from "../helpers/open-daemon.ts";
import { SCENE, scene, writeSceneClip } from "../helpers/scene.ts";
import { ffmpeg, useFolder } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 240_000 });

const folder = useFolder();
const FRAMES = 45;
/** Where the demo's scene is, as large as its detector was made for, in a picture six times the size of its input. */
const PLACE = { x: 900, y: 500, width: 320, height: 180 };

test("a daemon finds small objects of a large picture with regions alone, and counts the parts that it looked at", async () => {
  const clip = await writeSceneClip(folder.path("scene.mp4"), FRAMES);
  const { x, y, width, height } = PLACE;
  const large = `scale=${width}:${height},pad=1920:1080:${x}:${y}:color=0x808080`;
  await ffmpeg([
    "-i",
    clip,
    "-vf",
    large,
    "-c:v",
    "libx264",
    "-preset",
    "ultrafast",
    "-crf",
    "12",
    folder.path("large.mp4"),
  ]);
  const workflow = {
    version: "1.0",
    inputs: [
      { type: "WorkflowImage", name: "image" },
      { type: "WorkflowParameter", name: "confidence", default_value: 0.5 },
    ],
    steps: trackSteps,
    outputs: [{ type: "JsonField", name: "tracks", selector: "$steps.tracker.tracked_detections" }],
  };
  await writeFile(folder.path("track.json"), JSON.stringify(workflow));
  const file = { url: "large.mp4", pace: "fast" };
  const pipeline = (camera: string) => ({ workflow: "track.json", cameras: [camera], publish: { frames: true } });
  const { messages, daemon } = await openTestDaemon(folder.path("millrace.json"), {
    ...baseConfig,
    cameras: { plain: file, near: { ...file, regions: true } },
    pipelines: { one: pipeline("plain"), two: pipeline("near") },
  });
  const seen = (camera: string) =>
    messages
      .filter((message) => message.class === "detections")
      .map(({ payload }) => JSON.parse(String(payload)) as Payload<"detections">)
      .filter((payload) => payload.camera === camera);
  await within(
    () => ["plain", "near"].every((camera) => daemon.counts()[camera]?.published === FRAMES),
    () => `every frame of both is published: ${JSON.stringify(daemon.counts())}`,
    180_000,
  );
  const [plain, near] = [seen("plain"), seen("near")];
  expect(plain.some(({ regions }) => regions !== undefined)).toBe(false);
  expect(foundOf(plain)).toBe(0);
  expect(foundOf(near)).toBeGreaterThan(0.7);
  const looked = near.reduce((sum, { regions = 0 }) => sum + regions, 0);
  expect(looked).toBeGreaterThan(FRAMES / 2);
  const metrics = await fetch(`${daemon.url}metrics`).then((answer) => answer.text());
  expect(metrics).toContain(`millrace_camera_regions_looked_total{camera="near"} ${looked}`);
});

/** The share of the scene's objects that are found at their places, from when there is a background on. */
function foundOf(payloads: readonly Payload<"detections">[]): number {
  const { x, y, width } = PLACE;
  const scale = width / SCENE.width;
  let [right, there] = [0, 0];
  for (const { objects, frame } of payloads.slice(5)) {
    for (const { box, visible } of scene.truthAt(frame.id - 1)) {
      if (visible < 0.9) continue;
      there++;
      const own: Box = [x + scale * box[0], y + scale * box[1], x + scale * box[2], y + scale * box[3]];
      if (objects.some(({ px }) => overlap(px, own) > 0.5)) right++;
    }
  }
  return right / there;
}
