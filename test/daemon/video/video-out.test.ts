import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { expect, onTestFinished, test, vi } from "vitest";
import type { VideoTarget } from "../../../src/daemon/prepare/video-target.ts";
import type { DaemonEvent } from "../../../src/daemon/report/events.ts";
import { VideoOut } from "../../../src/daemon/video/video-out.ts";
import { makePictures } from "../../../src/daemon/worker/make-picture.ts";
import type { FrameHandle } from "../../../src/kinds/frame.ts";
import type { Image } from "../../../src/kinds/image.ts";
import { pushArguments } from "../../../src/stream/push/push-arguments.ts";
import { picture } from "../../blocks/values.ts";
import { freePort } from "../../helpers/broker.ts";
import { within } from "../../helpers/daemon.ts";
import { useFolder } from "../../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000 });

const folder = useFolder();

const SETTINGS = { pipeline: "count", camera: "gate", output: "picture", access: {}, width: null, bitrateKbps: 500 };

function targetOf(target: VideoTarget["target"], more: Partial<VideoTarget> = {}): VideoTarget {
  return { ...SETTINGS, fps: 20, encoder: "libx264", target, ...more };
}

function grey(width: number, height: number, level: number): Image {
  const rgb = new Uint8Array(3 * width * height).fill(level);
  return { ...picture(width, height), pixels: { type: "owned", rgb, width, height } };
}

/** Frames of a camera, each with a picture, for as long as the test runs. */
function open(image: () => Image | null) {
  const events: DaemonEvent[] = [];
  const video = new VideoOut({ ffmpegPath: "ffmpeg", report: (event) => void events.push(event) });
  const ended = new AbortController();
  const pixels = {
    view: () => ({ rgb: new Uint8Array(), stride: 0, width: 0, height: 0 }),
    copy: () => new Uint8Array(),
  };
  let drawn = 0;
  const frames = (async () => {
    while (!ended.signal.aborted) {
      for (const { wish, take } of video.wanting([{ camera: "gate" } as FrameHandle])) {
        const [made] = await makePictures([wish], { picture: image() }, { shown: null, pixels });
        if (wish.form.as === "raw" && wish.form.place !== null) drawn++;
        take(made ?? null);
      }
      await delay(20);
    }
  })();
  onTestFinished(async () => {
    ended.abort();
    await frames;
    await video.close();
  });
  const happened = (type: DaemonEvent["type"], count = 1) =>
    within(
      () => events.filter((event) => event.type === type).length >= count,
      () => `${type} happens: ${JSON.stringify(events.slice(-3))} ${JSON.stringify(video.health())}`,
      60_000,
    );
  return { video, events, happened, drawn: () => drawn };
}

/** A server of RTSP that records what is pushed to it. */
async function recorder(port: number, path: string): Promise<ChildProcess> {
  const listen = [
    "-rtsp_flags",
    "listen",
    "-i",
    `rtsp://127.0.0.1:${port}/gate`,
    "-c",
    "copy",
    "-flush_packets",
    "1",
    "-f",
    "mpegts",
    path,
  ];
  const child = spawn("ffmpeg", ["-v", "error", "-y", "-nostdin", ...listen], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

async function framesIn(path: string): Promise<{ width: number; height: number; frames: number }> {
  const args = ["-v", "error", "-count_frames", "-show_entries", "stream=width,height,nb_read_frames", "-of", "json"];
  const { stdout } = await promisify(execFile)("ffprobe", [...args, path]).catch(() => ({ stdout: "{}" }));
  const [stream] = (JSON.parse(stdout).streams ?? []) as { width: number; height: number; nb_read_frames: string }[];
  return { width: stream?.width ?? 0, height: stream?.height ?? 0, frames: Number(stream?.nb_read_frames ?? 0) };
}

test("an RTSP server that comes, goes and comes back gets the video each time, and frames go on meanwhile", async () => {
  const port = await freePort();
  const { video, events, happened } = open(() => grey(64, 48, 120));
  await video.want([targetOf({ to: "rtsp", url: `rtsp://127.0.0.1:${port}/gate` })]);
  await happened("video_out_failed");
  expect(video.health()[0]).toMatchObject({ state: "retrying", error: expect.stringContaining("127.0.0.1") });

  const first = await recorder(port, folder.path("first.ts"));
  await happened("video_out_started");
  await within(
    async () => (await framesIn(folder.path("first.ts"))).frames > 20,
    () => "frames are recorded",
    60_000,
  );
  expect(await framesIn(folder.path("first.ts"))).toMatchObject({ width: 64, height: 48 });
  const ended = once(first, "exit");
  first.kill("SIGKILL");
  await ended;
  const failures = events.filter(({ type }) => type === "video_out_failed").length;
  await happened("video_out_failed", failures + 1);

  await recorder(port, folder.path("second.ts"));
  await happened("video_out_started", 2);
  await within(
    async () => (await framesIn(folder.path("second.ts"))).frames > 5,
    () => "frames are recorded again",
    60_000,
  );
  const [health] = video.health();
  expect(health).toMatchObject({ state: "running", error: null, encoder: "libx264", to: "rtsp" });
  expect(health?.dropped.encoder_away).toBeGreaterThan(0);
});

test("HLS is a playlist with a bounded number of segments, in the size of the first picture", async () => {
  let image: Image | null = null;
  const { video, happened } = open(() => image);
  const hls = folder.path("hls/gate");
  await video.want([targetOf({ to: "hls", folder: hls }, { width: 40, fps: 15 })]);
  await within(
    () => (video.health()[0]?.dropped.no_picture ?? 0) > 2,
    () => "frames without a picture are counted",
  );
  expect(video.health()[0]?.state).toBe("waiting");
  image = grey(80, 60, 30);
  await happened("video_out_started");
  image = grey(30, 90, 200);
  const playlist = () => readFile(`${hls}/index.m3u8`, "utf8").catch(() => "");
  await within(
    async () => /segment-\d+\.ts[\s\S]*segment-\d+\.ts/.test(await playlist()),
    () => "two segments are listed",
    60_000,
  );
  expect(await playlist()).toMatch(/^#EXTM3U/);
  // A playlist of a live stream has no end that ffprobe would come to.
  const [segment] = /segment-\d+\.ts/.exec(await playlist()) ?? [];
  expect(await framesIn(`${hls}/${segment}`)).toMatchObject({ width: 40, height: 30 });
  const [health] = video.health();
  expect(health?.dropped.rate).toBeGreaterThan(0);
  const counted = Object.values(health?.dropped ?? {}).reduce((sum, count) => sum + count, health?.encoded ?? 0);
  expect((health?.seen ?? 0) - counted).toBeGreaterThanOrEqual(0);
  expect((health?.seen ?? 0) - counted).toBeLessThanOrEqual(3);
  await video.want([]);
  expect(video.health()).toEqual([]);
  expect((await readdir(hls)).length).toBeLessThanOrEqual(12);
});

test("nothing is drawn for an encoder that is away, and an encoder that does not exist is named", async () => {
  const { video, happened, drawn } = open(() => grey(64, 48, 10));
  const target = { to: "rtsp", url: "rtsp://127.0.0.1:1/gate" } as const;
  await video.want([targetOf(target, { encoder: "h264_videotoolbox" })]);
  await happened("video_out_failed", 2);
  expect(drawn()).toBe(0);
  expect(video.health()[0]?.error).toBe('the encoder "h264_videotoolbox" does not work here');
});

test("a server that asks for a password gets it, and no command line has it", async () => {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.setEncoding("latin1").on("data", (text: string) => {
      const [head = ""] = text.split("\r\n\r\n");
      const sequence = /CSeq: (\d+)/i.exec(head)?.[1];
      if (!head.startsWith("ANNOUNCE")) return void socket.write(`RTSP/1.0 200 OK\r\nCSeq: ${sequence}\r\n\r\n`);
      asked.push(/Authorization: (.*)/i.exec(head)?.[1]?.trim() ?? "");
      const answer =
        asked.at(-1) === "" ? '401 Unauthorized\r\nWWW-Authenticate: Basic realm="media"' : "404 Not Found";
      socket.write(`RTSP/1.0 ${answer}\r\nCSeq: ${sequence}\r\n\r\n`);
    });
    socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { video, happened } = open(() => grey(64, 48, 10));
  const access = { username: "box", password: "pushing" };
  const url = `rtsp://127.0.0.1:${port}/gate`;
  await video.want([targetOf({ to: "rtsp", url }, { access })]);
  await happened("video_out_failed");
  expect(asked.slice(0, 2)).toEqual(["", `Basic ${Buffer.from("box:pushing").toString("base64")}`]);
  expect(video.health()[0]?.error).toContain(url);
  const { target, ...settings } = targetOf({ to: "rtsp", url });
  const size = { width: 64, height: 48 };
  const encoder = { name: "libx264", device: [], filter: "format=yuv420p", options: [] };
  expect(pushArguments({ ...settings, target, size, encoder }).join(" ")).not.toContain("pushing");
});
