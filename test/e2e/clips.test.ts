import { execFile } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, onTestFinished, test, vi } from "vitest";
import { lacksBrowser, openBrowser } from "../helpers/browser.ts";
import { startCamera } from "../helpers/camera.ts";
import { baseConfig, sceneSource, startDaemon, trackingWorkflow, within } from "../helpers/daemon.ts";
import { useWatchedBroker } from "../helpers/watched-broker.ts";
import { useFolder } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 240_000 });

const folder = useFolder();
const watched = useWatchedBroker();

interface Listed {
  id: string;
  start: string;
  end: string | null;
  snapshot: string | null;
  clip: string | null;
}

interface SaidClip {
  event: string;
  url: string;
  start: string;
  duration_s: number;
  bytes: number;
  lacks: string[];
}

/** What is used of a `<video>`. */
interface Player {
  duration: number;
  currentTime: number;
  videoWidth: number;
  preload: string;
  error: { message: string } | null;
  onseeked: (event: unknown) => void;
  onerror: () => void;
  onloadeddata: () => void;
  load(): void;
}

/** The page shows the clip, and its player goes to a moment of it. */
async function plays(address: string, clip: SaidClip): Promise<void> {
  const browser = await openBrowser();
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  await page.goto(address);
  const video = page.locator(`video[src="${clip.url}"]`);
  await video.waitFor();
  const shown = await video.evaluate(async (element) => {
    const player = element as unknown as Player;
    const loaded = new Promise((resolve, reject) => {
      player.onseeked = resolve;
      player.onerror = () => reject(new Error(player.error?.message));
    });
    player.onloadeddata = () => {
      player.currentTime = player.duration / 2;
    };
    player.preload = "auto";
    player.load();
    await loaded;
    return { width: player.videoWidth, duration: player.duration, at: player.currentTime };
  });
  expect(shown.width).toBe(320);
  expect(Math.abs(shown.duration - clip.duration_s)).toBeLessThan(0.2);
  expect(shown.at).toBeCloseTo(shown.duration / 2, 1);
}

test("events of a camera have clips over HTTP, on disk and named on MQTT, also after a restart, and all frames are accounted for", async () => {
  const camera = await startCamera({ source: sceneSource(), groupS: 1 });
  await writeFile(folder.path("track.json"), JSON.stringify(trackingWorkflow()));
  const config = {
    ...baseConfig,
    state_dir: "state",
    mqtt: { url: watched.broker.url },
    cameras: { belt: { url: camera.url, clips: { before_s: 1, after_s: 0.5, longest_s: 10 } } },
    pipelines: { count: { workflow: "track.json", cameras: ["belt"], publish: { tracks: { lost_after_s: 1 } } } },
  };
  const first = await startDaemon(folder.path("millrace.json"), config);
  const url = await first.url();
  const eventsOf = async (at: string) => {
    return ((await (await fetch(`${at}events.json`)).json()) as { events: Listed[] }).events;
  };
  const said = () =>
    watched.watcher.texts("millrace/dock/camera/belt/clip").map((text) => JSON.parse(text) as SaidClip);
  // Before the first frame of the camera there is nothing.
  await first.frames("belt", 30);
  const openedAt = Date.now();
  let event: Listed | undefined;
  await within(
    async () => {
      const listed = (await eventsOf(url)).filter(({ start }) => Date.parse(start) > openedAt);
      event = listed.find(({ id }) => said().some((one) => one.event === id));
      return event !== undefined;
    },
    () => `a clip is made: ${JSON.stringify(said())} ${first.output().slice(-3000)}`,
    120_000,
  );
  const clip = said().find((one) => one.event === event?.id) as SaidClip;
  expect(clip.lacks).toEqual([]);
  expect(event).toMatchObject({ clip: clip.url, snapshot: null });
  const leadS = (Date.parse(event?.start ?? "") - Date.parse(clip.start)) / 1000;
  expect(leadS).toBeGreaterThanOrEqual(0.99);
  expect(leadS).toBeLessThan(2.1);

  const address = new URL(clip.url, url);
  const response = await fetch(address);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "video/mp4"]);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(bytes.length).toBe(clip.bytes);
  // The index comes first, so that a player begins before it has all of it.
  expect(bytes.indexOf("moov")).toBeLessThan(bytes.indexOf("mdat"));
  const part = await fetch(address, { headers: { range: "bytes=100-199" } });
  expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 100-199/${bytes.length}`]);
  expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100, 200))).toBe(true);
  await writeFile(folder.path("served.mp4"), bytes);
  const shown = ["-v", "error", "-show_entries", "stream=codec_name,width,height:format=duration", "-of", "json"];
  const probed = JSON.parse((await promisify(execFile)("ffprobe", [...shown, folder.path("served.mp4")])).stdout);
  expect(probed.streams).toMatchObject([{ codec_name: "h264", width: 320, height: 180 }]);
  expect(Math.abs(Number(probed.format.duration) - clip.duration_s)).toBeLessThan(0.2);

  if (!lacksBrowser()) await plays(new URL("#events", url).href, clip);

  const health = await first.health();
  const { decoded = 0, published = 0, dropped = 0 } = health.cameras["belt"] ?? {};
  expect(decoded - published - dropped).toBeGreaterThanOrEqual(0);
  expect(decoded - published - dropped).toBeLessThan(10);
  expect(first.log("clip_failed")).toEqual([]);
  expect(health.clips["belt"]).toMatchObject({ failed: 0 });
  expect(health.clips["belt"]?.ring_bytes).toBeGreaterThan(0);
  const metrics = await (await fetch(`${url}metrics`)).text();
  expect(metrics).toMatch(/^millrace_clips_total\{camera="belt"\} [1-9]/m);
  expect((await first.stop()).code).toBe(0);
  const files = await readdir(folder.path("state/events"), { recursive: true });
  expect(files.filter((name) => name.endsWith(".part"))).toEqual([]);

  const second = await startDaemon(folder.path("millrace.json"), config);
  const later = await second.url();
  await within(
    async () => (await eventsOf(later)).some(({ id, clip: kept }) => id === clip.event && kept === clip.url),
    () => "the event is listed with its clip again",
  );
  expect(Buffer.from(await (await fetch(new URL(clip.url, later))).arrayBuffer()).equals(bytes)).toBe(true);
  await second.frames("belt", 3);
  expect((await second.stop()).code).toBe(0);
  await camera.close();
});
