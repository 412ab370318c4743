import { writeFile } from "node:fs/promises";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startCamera, type TestCamera } from "../helpers/camera.ts";
import { baseConfig, sceneSource, startDaemon, type TestDaemon, trackingWorkflow, within } from "../helpers/daemon.ts";
import { useFolder } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 90_000 });

const folder = useFolder();

let camera: TestCamera;
let daemon: TestDaemon;
let url: string;

beforeAll(async () => {
  camera = await startCamera({ source: sceneSource() });
  await writeFile(folder.path("track.json"), JSON.stringify(trackingWorkflow()));
  // Drawing fails, so that the log tells whether anything is drawn.
  const definition = trackingWorkflow() as { steps: { name: string }[] };
  const untracked = { predictions: "$steps.shapes.predictions", color_axis: "TRACK" };
  const steps = definition.steps.map((step) => (step.name === "boxes" ? { ...step, ...untracked } : step));
  await writeFile(folder.path("fail.json"), JSON.stringify({ ...definition, steps }));
  daemon = await startDaemon(folder.path("millrace.yaml"), {
    ...baseConfig,
    cameras: { belt: { url: camera.url }, yard: { url: camera.url } },
    pipelines: {
      count: {
        workflow: "track.json",
        cameras: ["belt"],
        video_out: [{ mjpeg: true, hls: "hls", width: 160, max_fps: 5, encoder: "libx264" }],
      },
      fail: { workflow: "fail.json", cameras: ["yard"], video_out: [{ mjpeg: true }] },
    },
  });
  url = await daemon.url();
});
afterAll(async () => {
  await daemon.stop();
  await camera.close();
});

test("a stream of MJPEG has the size that the config asks for, and nothing is drawn without a viewer", async () => {
  await daemon.frames("yard", 10);
  expect(daemon.log("step_failed")).toEqual([]);
  const viewer = new AbortController();
  await fetch(`${url}video/yard/picture.mjpeg`, { signal: viewer.signal });
  await daemon.logged("step_failed");
  const response = await fetch(`${url}video/belt/picture.mjpeg`, { signal: viewer.signal });
  expect(response.headers.get("content-type")).toMatch(/^multipart\/x-mixed-replace/);
  const picture = await firstPicture(response);
  expect(await sharp(picture).metadata()).toMatchObject({ format: "jpeg", width: 160, height: 90 });
  viewer.abort();
  for (const path of [
    "video/belt/tracks.mjpeg",
    "video/belt/picture.jpg",
    "video/belt.mjpeg",
    "hls/yard/picture/index.m3u8",
  ]) {
    expect((await fetch(`${url}${path}`)).status, path).toBe(404);
  }
});

async function firstPicture(response: Response): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes = Buffer.concat([bytes, chunk]);
    const text = bytes.toString("latin1");
    const head = /content-length: (\d+)\r\n\r\n/.exec(text);
    if (head === null) continue;
    const start = head.index + head[0].length;
    if (bytes.length >= start + Number(head[1])) return bytes.subarray(start, start + Number(head[1]));
  }
  throw new Error("the stream ended before its first picture");
}

test("HLS is served with its segments, and the stream is in the health beside frames that all add up", async () => {
  const playlist = () => fetch(`${url}hls/belt/picture/index.m3u8`);
  await within(
    async () => (await playlist()).status === 200,
    () => `a playlist is served: ${daemon.output().slice(-2000)}`,
    60_000,
  );
  const response = await playlist();
  expect(response.headers.get("content-type")).toBe("application/vnd.apple.mpegurl");
  const name = /segment-\d+\.ts/.exec(await response.text())?.[0];
  const segment = await fetch(`${url}hls/belt/picture/${name}`);
  expect(segment.headers.get("content-type")).toBe("video/mp2t");
  expect(Buffer.from(await segment.arrayBuffer())[0]).toBe(0x47);
  expect((await fetch(`${url}hls/belt/picture/segment-1.ts`)).status).toBe(404);
  const health = await daemon.health();
  expect(health.video_out).toMatchObject([
    { pipeline: "count", camera: "belt", output: "picture", to: "hls", state: "running", encoder: "libx264" },
  ]);
  const { decoded, published, dropped } = health.cameras["belt"] ?? { decoded: 0, published: 0, dropped: 0 };
  expect(decoded - published - dropped).toBeGreaterThanOrEqual(0);
  expect(decoded - published - dropped).toBeLessThan(10);
});

test("a stream that the config takes away ends, and one that it adds begins, while the pipeline runs on", async () => {
  const pipeline = { workflow: "track.json", cameras: ["belt"] };
  const config = {
    ...baseConfig,
    cameras: { belt: { url: camera.url }, yard: { url: camera.url } },
    pipelines: {
      count: {
        ...pipeline,
        video_out: [{ rtsp: "rtsp://127.0.0.1:1/{camera}", username: "box", password: "pushing-secret" }],
      },
      fail: { workflow: "fail.json", cameras: ["yard"] },
    },
  };
  await writeFile(daemon.config, JSON.stringify(config));
  const failed = await daemon.logged("video_out_failed");
  expect(failed).toMatchObject({ level: "warn", camera: "belt", to: "rtsp", place: "rtsp://127.0.0.1:1/belt" });
  expect(daemon.log("config_applied").at(-1)?.msg).toContain("pipelines.count.video_out");
  expect(daemon.output()).not.toContain("pushing-secret");
  const health = await daemon.health();
  expect(health.degraded).toMatchObject([{ what: "video belt/picture" }]);
  expect(daemon.log("source_started").filter((entry) => entry["camera"] === "belt")).toHaveLength(1);
  await daemon.frames("belt", 3);
});
