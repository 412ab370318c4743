import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test, vi } from "vitest";
import { carsFilm, PLATES } from "../../examples/video-workflows/films/cars-film.ts";
import { type Film, writeFilm } from "../../examples/video-workflows/films/film.ts";
import { PARTS, partsFilm } from "../../examples/video-workflows/films/parts-film.ts";
import { doorFilm, queueFilm, roadFilm } from "../../examples/video-workflows/films/places-films.ts";
import { assetPath, lacksAssets } from "../helpers/assets.ts";
import { millrace, ROOT } from "../helpers/cli.ts";
import { useFolder } from "../stream/clip.ts";

// The complete examples over films whose truth is known.

vi.setConfig({ testTimeout: 300_000 });

const folder = useFolder();
const MODEL = "models/yolox-nano-416.onnx";
const CLASSES = "labels/coco80.txt";
const NAMES = ["people-at-a-door", "vehicles-by-lane", "queue", "quality-check", "licence-plates"];
const READERS = ["models/ppocr-v6-det-tiny.onnx", "models/ppocr-v6-rec-tiny.onnx"] as const;
const example = (name: string) => `${ROOT}/examples/video-workflows/${name}.json`;

// biome-ignore lint/suspicious/noExplicitAny: what the outputs are is what the tests say
type Outputs = any;

function outputsOf(name: string, video: string, ...more: string[]): Promise<Outputs[]> {
  const model = `coco/1=${assetPath(MODEL) ?? ""},classes=${assetPath(CLASSES) ?? ""}`;
  return resultsOf(name, assetPath(video) ?? "", "--model", model, ...more);
}

async function resultsOf(name: string, video: string, ...more: string[]): Promise<Outputs[]> {
  const out = folder.path(`${name}.jsonl`);
  const args = ["process", example(name), "--video", video, "--out", out, ...more];
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
    const alerts = await listen();
    const video = "videos/people-one-by-one.mp4";
    const frames = await outputsOf("people-at-a-door", video, ...alerts.parameters);
    const requests = await alerts.close();

    expect(frames.at(-1)).toMatchObject({ entered: 6, left: 6 });
    const dwelt = new Map<number, number>();
    for (const { dwelling } of frames)
      for (const { tracker_id, time_in_zone } of dwelling.predictions) dwelt.set(tracker_id, time_in_zone);
    const visits = [13.2, 21.9, 19.0, 12.1, 26.8, 12.2];
    expect(dwelt.size).toBe(visits.length);
    for (const [i, seconds] of [...dwelt.values()].entries()) expect(Math.abs(seconds - visits[i]!)).toBeLessThan(2);

    expect(requests.length).toBe(6);
    for (const [i, body] of requests.entries()) {
      expect(body.includes(`name="entered"\r\n\r\n${i + 1}\r\n`)).toBe(true);
      expect(body.includes(JPEG)).toBe(true);
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

/** The demo's detector, whose circles are people and whose squares are cars. */
async function drawnOf(name: string, film: Film, ...more: string[]): Promise<Outputs[]> {
  const [video, names] = [folder.path(`${name}.mp4`), folder.path("drawn.txt")];
  await writeFilm(film, video);
  await writeFile(names, "person\ncar\nbag\n");
  return resultsOf(name, video, "--model", `coco/1=${ROOT}/demo/shapes.onnx,classes=${names}`, ...more);
}

test("three who come in, stay and leave are counted both ways, and each entry is reported", async () => {
  const alerts = await listen();
  const frames = await drawnOf("people-at-a-door", doorFilm, ...alerts.parameters);
  const requests = await alerts.close();
  expect(frames.at(-1)).toMatchObject({ entered: 3, left: 3 });
  expect(requests).toHaveLength(3);
  for (const body of requests) expect(body.includes(JPEG)).toBe(true);
});

test("two drive up and two down, each in its lane", async () => {
  const frames = await drawnOf("vehicles-by-lane", roadFilm);
  expect(frames.at(-1)).toMatchObject({ up: 2, down: 2 });
  for (const lane of ["left_lane", "right_lane"]) {
    const ids = frames.flatMap((frame) => frame[lane].predictions.map((car: { tracker_id: number }) => car.tracker_id));
    expect(new Set(ids).size, lane).toBe(2);
  }
});

test("a queue grows to four as each comes, and is three when the first has left", async () => {
  const frames = await drawnOf("queue", queueFilm);
  const lengths = frames.map(({ length }) => length as number);
  expect(Math.max(...lengths)).toBe(4);
  expect(lengths.at(-1)).toBe(3);
  const waited = frames.at(-1).waiting_s as number[];
  expect(waited.toSorted((a, b) => b - a)[0]).toBeGreaterThan(11);
});

test("parts are judged by colour and size, counted once each, and those that fail are reported", async () => {
  const video = folder.path("parts.mp4");
  await writeFilm(partsFilm, video);
  const alerts = await listen();
  const model = ["--model", `parts/1=${ROOT}/demo/shapes.onnx`];
  const frames = await resultsOf("quality-check", video, ...model, ...alerts.parameters);
  const requests = await alerts.close();

  const failed = PARTS.filter((verdict) => verdict !== "good");
  expect(frames.at(-1)).toMatchObject({ good: PARTS.length - failed.length, rejected: failed.length });
  expect(frames.flatMap(({ reasons }) => reasons)).toEqual(failed);
  const verdicts = new Map<number, Set<string>>();
  for (const { judged } of frames) {
    for (const { tracker_id, class: verdict } of judged.predictions) {
      verdicts.set(tracker_id, (verdicts.get(tracker_id) ?? new Set()).add(verdict));
    }
  }
  expect([...verdicts.values()].map((all) => [...all])).toEqual(PARTS.map((verdict) => [verdict]));

  expect(requests.length).toBe(failed.length);
  for (const [i, body] of requests.entries()) {
    expect(body.includes(failed[i]!)).toBe(true);
    expect(body.includes(JPEG)).toBe(true);
  }
});

test.skipIf(lacksAssets(...READERS))(
  "the plate of each car that passes is read once, and reported with its picture",
  async () => {
    const video = folder.path("cars.mp4");
    await writeFilm(carsFilm, video);
    const alerts = await listen();
    const [finder, reader] = READERS.map((path) => assetPath(path) ?? "");
    const models = ["--model", `pp_ocr/detection-tiny=${finder}`, "--model", `pp_ocr/recognition-tiny=${reader}`];
    const frames = await resultsOf("licence-plates", video, ...models, ...alerts.parameters);
    const requests = await alerts.close();

    expect(frames.at(-1).passed).toBe(PLATES.length);
    expect(frames.flatMap(({ plates }) => plates)).toEqual(PLATES);
    const named = frames.flatMap(({ cars }) => cars.predictions.map((car: { class: string }) => car.class));
    expect(named).toEqual(PLATES);
    expect(requests.length).toBe(PLATES.length);
    for (const [i, body] of requests.entries()) {
      expect(body.includes(`name="plate"\r\n\r\n${PLATES[i]}\r\n`)).toBe(true);
      expect(body.includes(JPEG)).toBe(true);
    }
  },
);

const JPEG = Buffer.from([0xff, 0xd8, 0xff]);

interface Alerts {
  /** Arguments that send alerts here. */
  parameters: string[];
  /** What was sent, in order. */
  close(): Promise<Buffer[]>;
}

async function listen(): Promise<Alerts> {
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
  const url = `"http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts"`;
  return {
    parameters: ["--param", "no_alerts=false", "--param", `alert_url=${url}`],
    async close() {
      await new Promise((resolve) => server.close(resolve));
      return requests;
    },
  };
}

interface Vehicle {
  tracker_id: number;
  smoothed_speed: number;
}

const trackerOf = ({ tracker_id }: Vehicle) => tracker_id;
const drives = ({ smoothed_speed }: Vehicle) => smoothed_speed > 2;
