import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test, vi } from "vitest";
import { assetPath, lacksAssets } from "../helpers/assets.ts";
import { millrace, ROOT } from "../helpers/cli.ts";
import { useFolder } from "../stream/clip.ts";

// The complete examples over films whose truth is known.

vi.setConfig({ testTimeout: 300_000 });

const folder = useFolder();
const MODEL = "models/yolox-nano-416.onnx";
const CLASSES = "labels/coco80.txt";
const NAMES = ["people-at-a-door", "vehicles-by-lane", "queue"];
const example = (name: string) => `${ROOT}/examples/video-workflows/${name}.json`;

// biome-ignore lint/suspicious/noExplicitAny: what the outputs are is what the tests say
type Outputs = any;

async function outputsOf(name: string, video: string, ...more: string[]): Promise<Outputs[]> {
  const out = folder.path(`${name}.jsonl`);
  const model = `coco/1=${assetPath(MODEL) ?? ""},classes=${assetPath(CLASSES) ?? ""}`;
  const args = ["process", example(name), "--video", assetPath(video) ?? "", "--model", model, "--out", out, ...more];
  const ended = await millrace(args, { cwd: folder.path("."), limitMs: 280_000 });
  expect(ended.code, ended.stderr).toBe(0);
  const lines = (await readFile(out, "utf8")).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line).outputs);
}

test.each(NAMES)("%s can run", async (name) => {
  const ended = await millrace(["validate", example(name), "--strict"], { cwd: folder.path(".") });
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
});

test.skipIf(lacksAssets(MODEL, CLASSES, "videos/people-one-by-one.mp4"))(
  "people at a door are counted in and out, timed, and reported with a snapshot each",
  async () => {
    const requests: Buffer[] = [];
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        requests.push(Buffer.concat(parts));
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `"http://127.0.0.1:${(server.address() as AddressInfo).port}/door"`;
    const video = "videos/people-one-by-one.mp4";
    const frames = await outputsOf(
      "people-at-a-door",
      video,
      "--param",
      "no_alerts=false",
      "--param",
      `alert_url=${url}`,
    );
    await new Promise((resolve) => server.close(resolve));

    expect(frames.at(-1)).toMatchObject({ entered: 6, left: 6 });
    const dwelt = new Map<number, number>();
    for (const { dwelling } of frames)
      for (const { tracker_id, time_in_zone } of dwelling.predictions) dwelt.set(tracker_id, time_in_zone);
    const visits = [13.2, 21.9, 19.0, 12.1, 26.8, 12.2];
    expect(dwelt.size).toBe(visits.length);
    for (const [i, seconds] of [...dwelt.values()].entries()) expect(Math.abs(seconds - visits[i]!)).toBeLessThan(2);

    expect(requests.length).toBe(6);
    const jpeg = Buffer.from([0xff, 0xd8, 0xff]);
    for (const [i, body] of requests.entries()) {
      expect(body.includes(`name="entered"\r\n\r\n${i + 1}\r\n`)).toBe(true);
      expect(body.includes(jpeg)).toBe(true);
    }
  },
);

test.skipIf(lacksAssets(MODEL, CLASSES, "videos/cars.mp4"))(
  "vehicles are counted each way, each in the lane it drives in, at a speed",
  async () => {
    const frames = await outputsOf("vehicles-by-lane", "videos/cars.mp4");
    expect(frames.at(-1)).toMatchObject({ up: 2, down: 2 });
    const moving = (lane: string) =>
      new Set(frames.flatMap((frame) => frame[lane].predictions.filter(drives).map(trackerOf)));
    for (const lane of ["left_lane", "right_lane"]) expect(moving(lane).size).toBe(2);
    expect([...moving("left_lane")].filter((id) => moving("right_lane").has(id))).toEqual([]);
  },
);

test.skipIf(lacksAssets(MODEL, CLASSES, "videos/store-aisle.mp4"))(
  "a queue has its length and the time that each waits",
  async () => {
    const frames = await outputsOf("queue", "videos/store-aisle.mp4");
    expect(frames.slice(0, 20).map(({ length }) => length)).toEqual(new Array(20).fill(2));
    expect(frames.at(-1).length).toBe(3);
    const seconds = frames.map(({ each_second }) => each_second).filter(({ length_max }) => length_max !== null);
    expect(seconds.map(({ length_max }) => length_max)).toEqual([2, 3, 3, 3]);
    expect(Math.max(...frames.at(-1).waiting_s)).toBeCloseTo(66 / 15, 1);
  },
);

interface Vehicle {
  tracker_id: number;
  smoothed_speed: number;
}

const trackerOf = ({ tracker_id }: Vehicle) => tracker_id;
const drives = ({ smoothed_speed }: Vehicle) => smoothed_speed > 2;
