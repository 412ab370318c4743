import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { assetPath, lacksAssets } from "../helpers/assets.ts";
import { millrace, ROOT, SHAPES } from "../helpers/cli.ts";
import { scene, writeSceneClip } from "../helpers/scene.ts";
import { useFolder } from "../stream/clip.ts";

// The examples of workflows that are made while running, on the demo's film and on real ones.

const folder = useFolder();
const FRAMES = 60;

vi.setConfig({ testTimeout: 150_000 });

beforeAll(() => writeSceneClip(folder.path("belt.mp4"), FRAMES));

interface Film {
  video: string;
  model: string;
  frames: number;
}

const BELT: Film = { video: "belt.mp4", model: `shapes/1=${SHAPES}`, frames: FRAMES };

// biome-ignore lint/suspicious/noExplicitAny: what the outputs are is what the tests say
async function outputsOf(example: string, { video, model, frames }: Film, more: string[] = []): Promise<any[]> {
  const file = `${ROOT}/examples/dynamic-workflows/${example}.json`;
  const out = folder.path(`${example}.jsonl`);
  const args = [
    "process",
    file,
    "--video",
    video,
    "--model",
    model,
    "--max-frames",
    `${frames}`,
    "--out",
    out,
    ...more,
  ];
  const ended = await millrace(args, { cwd: folder.path("."), limitMs: 120_000 });
  expect(ended.code, ended.stderr).toBe(0);
  const text = await readFile(out, "utf8");
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).outputs);
  expect(lines).toHaveLength(frames);
  return lines;
}

/** Every object is counted from one, one more for each frame it is in. */
function expectOwnCounts(lines: readonly { visits: { tracker_id: number; frames: number }[] }[]): number {
  const seen = new Map<number, number>();
  for (const { visits } of lines) {
    for (const { tracker_id: id, frames } of visits) {
      expect(frames).toBe((seen.get(id) ?? 0) + 1);
      seen.set(id, frames);
    }
  }
  return seen.size;
}

describe("on the demo's film", () => {
  test("every tracked object has a workflow with a state of its own", async () => {
    const lines = await outputsOf("per-object-state", BELT);
    expect(expectOwnCounts(lines)).toBeGreaterThan(1);
    expect(
      Math.max(...lines.flatMap(({ visits }) => visits.map((visit: { path_px: number }) => visit.path_px))),
    ).toBeGreaterThan(20);
  });

  test("a crowded picture is looked at coarsely, and another one closely", async () => {
    const counts = (await outputsOf("by-crowding", BELT)).map(({ count }) => count as number);
    const few = Math.min(...counts);
    const lines = await outputsOf("by-crowding", BELT, ["--param", `few=${few}`]);
    for (const { level, count, closer, told } of lines) {
      expect(level).toBe(count <= few ? "few" : "many");
      expect(told).toEqual({ case: level === "few" ? 0 : 1, status: "ok" });
      if (level === "many") expect(closer).toBeNull();
      else expect(closer ?? []).toHaveLength(count);
    }
    expect(new Set(lines.map(({ level }) => level))).toEqual(new Set(["few", "many"]));
  });

  test("the classes in the picture decide the branches, in TypeScript and in Python alike", async () => {
    const lines = await outputsOf("cascade", BELT);
    for (const [frame, { classes, told }] of lines.entries()) {
      const visible = scene.truthAt(frame).filter(({ visible: share }) => share > 0.9);
      for (const { class: name } of visible) expect(classes, `frame ${frame}`).toHaveProperty(name);
      expect(told.expanded).toBe(Object.keys(classes).length > 0);
    }
    const shapes = new Set(lines.map(({ told }) => told.shape_key));
    expect(lines.filter(({ told }) => told.expanded && !told.cache_hit).length).toBeLessThanOrEqual(shapes.size);
    const python = await outputsOf("cascade-python", BELT);
    expect(python.map(({ classes }) => classes)).toEqual(lines.map(({ classes }) => classes));
    expect(python.map(({ told }) => told.shape_key)).toEqual(lines.map(({ told }) => told.shape_key));
  });
});

const FILMS = ["videos/people-one-by-one.mp4", "videos/bottles.mp4"] as const;
const DETECTOR = ["models/yolox-nano-416.onnx", "labels/coco80.txt"] as const;

describe.skipIf(lacksAssets(...FILMS, ...DETECTOR))("on films of people and of bottles", () => {
  const film = (video: string, frames: number): Film => {
    const [model, classes] = DETECTOR.map(assetPath);
    return { video: assetPath(`videos/${video}`) ?? "", model: `shapes/1=${model},classes=${classes}`, frames };
  };

  test("every person has a state of his own", async () => {
    const lines = await outputsOf("per-object-state", film("people-one-by-one.mp4", 150));
    expect(expectOwnCounts(lines)).toBeGreaterThan(0);
    expect(lines.flatMap(({ visits }) => visits).some((visit) => visit.class === "person" && visit.frames > 20)).toBe(
      true,
    );
  });

  test("what stands on a table decides the branches", async () => {
    const lines = await outputsOf("cascade", film("bottles.mp4", 40));
    expect(lines.filter(({ classes }) => classes.bottle?.crops > 1).length).toBeGreaterThan(30);
  });
});
