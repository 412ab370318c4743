import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, expect, test, vi } from "vitest";
import { assetPath } from "../helpers/assets.ts";
import { millrace, ROOT, SHAPES } from "../helpers/cli.ts";
import { writeSceneClip } from "../helpers/scene.ts";
import { useFolder } from "../stream/clip.ts";

// The reference's own examples of blocks in Python, as they stand, over films.

const folder = useFolder();
const FRAMES = 40;

vi.setConfig({ testTimeout: 100_000 });

beforeAll(() => writeSceneClip(folder.path("belt.mp4"), FRAMES));

// biome-ignore lint/suspicious/noExplicitAny: what the outputs are is what the tests say
type Outputs = any;

async function outputsOf(definition: string, video: string, ...more: string[]): Promise<Outputs[]> {
  const out = folder.path("out.jsonl");
  const args = ["process", definition, "--video", video, "--max-frames", `${FRAMES}`, "--out", out, ...more];
  const ended = await millrace(args, { cwd: folder.path("."), limitMs: 90_000 });
  expect(ended.code, ended.stderr).toBe(0);
  return (await readFile(out, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).outputs);
}

const example = (name: string) => `${ROOT}/examples/code-blocks/${name}.json`;

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
  class: string;
}

/** The same measure, from the model's own answer. */
function overlapsOf(boxes: readonly Box[], name: string): number[][] {
  const corners = boxes
    .filter((box) => box.class === name)
    .map(({ x, y, width, height }) => [x - width / 2, y - height / 2, x + width / 2, y + height / 2] as const);
  return corners.map((a, i) =>
    corners.flatMap((b, j) => {
      if (i === j) return [];
      const wide = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]) + 1);
      const high = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]) + 1);
      return [(wide * high) / ((a[2] - a[0] + 1) * (a[3] - a[1] + 1) + 1e-5)];
    }),
  );
}

async function expectOverlaps(video: string, model: string, name: string): Promise<number> {
  const definition = JSON.parse(
    (await readFile(example("overlap-measurement"), "utf8")).replaceAll('"dog"', `"${name}"`),
  );
  await writeFile(folder.path("overlap.json"), JSON.stringify(definition));
  const boxes = { type: "JsonField", name: "boxes", selector: "$steps.model.predictions" };
  await writeFile(folder.path("boxes.json"), JSON.stringify({ ...definition, outputs: [boxes] }));
  const measured = await outputsOf(folder.path("overlap.json"), video, "--model", model);
  const found = await outputsOf(folder.path("boxes.json"), video, "--model", model);
  let count = 0;
  for (const [frame, { overlaps }] of measured.entries()) {
    const expected = overlapsOf(found[frame].boxes.predictions, name);
    expect(overlaps).toHaveLength(expected.length);
    for (const [i, row] of expected.entries()) {
      expect(overlaps[i]).toHaveLength(row.length);
      for (const [j, value] of row.entries()) expect(overlaps[i][j]).toBeCloseTo(value, 3);
      count += row.length;
    }
  }
  return count;
}

test("the overlaps of objects are measured on every frame", async () => {
  expect(await expectOverlaps("belt.mp4", `rfdetr-small=${SHAPES}`, "triangle")).toBeGreaterThan(20);
});

const real = assetPath("models/yolox-nano-416.onnx");

test.skipIf(real === undefined)("the overlaps of real dogs and of people are measured", async () => {
  const model = `rfdetr-small=${real},classes=${assetPath("labels/coco80.txt")}`;
  const image = `image=${assetPath("images/dogs.jpg")}`;
  const args = ["run", example("overlap-measurement"), "--image", image, "--model", model];
  const ended = await millrace(args, { limitMs: 60_000 });
  expect(ended.code, ended.stderr).toBe(0);
  const [{ overlaps }] = JSON.parse(ended.stdout);
  expect(overlaps.length).toBeGreaterThan(0);
  await expectOverlaps(assetPath("videos/store-aisle.mp4") ?? "", model, "person");
});

test("the counter counts every frame, in order, and remembers the last result", async () => {
  const lines = await outputsOf(example("counter"), "belt.mp4");
  expect(lines.map(({ run_count }) => run_count)).toEqual(Array.from({ length: FRAMES }, (_, i) => i + 1));
  expect(lines.map(({ current }) => current)).toEqual(lines.map(() => 720));
  expect(lines.map(({ previous }) => previous)).toEqual(lines.map((_, i) => (i === 0 ? null : 720)));
});
