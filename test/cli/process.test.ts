import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { assetPath, lacksAssets } from "../helpers/assets.ts";
import { type Ended, millrace, ROOT, SHAPES } from "../helpers/cli.ts";
import { scene, writeSceneClip } from "../helpers/scene.ts";
import { ffmpeg, useFolder } from "../stream/clip.ts";

const folder = useFolder();
const BELT = ["process", `${ROOT}/config/demo-workflow.json`, "--model", `shapes/1=${SHAPES}`];
const FRAMES = 45;

vi.setConfig({ testTimeout: 70_000 });

beforeAll(() => writeSceneClip(folder.path("belt.mp4"), FRAMES));

interface Line {
  frame: number;
  pts: number;
  outputs: { tracks: Detections; crossed: number };
}

interface Detections {
  image: { width: number; height: number };
  predictions: { x: number; y: number; width: number; height: number; class: string; confidence: number }[];
}

async function process(...args: string[]): Promise<Ended> {
  const ended = await millrace([...BELT, ...args], { cwd: folder.path("."), limitMs: 60_000 });
  expect(ended.code, ended.stderr).toBe(0);
  return ended;
}

async function lines(name: string): Promise<Line[]> {
  const text = await readFile(folder.path(name), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

test("every frame has a line, in order from 0, at the time it has in the file, and the summary agrees", async () => {
  const { stdout } = await process("--video", "belt.mp4", "--out", "all.jsonl", "--summary", "summary.json");
  expect(stdout).toBe("");
  const results = await lines("all.jsonl");
  expect(results.map(({ frame }) => frame)).toEqual(Array.from({ length: FRAMES }, (_, i) => i));
  for (const { frame, pts } of results) expect(pts).toBeCloseTo(frame / 15, 5);
  const summary = JSON.parse(await readFile(folder.path("summary.json"), "utf8"));
  expect(summary).toMatchObject({ frames: FRAMES, faults: 0, failures: {} });
  expect(summary.fps).toBeCloseTo(summary.frames / summary.seconds, 0);
  for (const stage of ["queue", "infer", "workflow"]) expect(summary.stages_ms[stage]).toBeGreaterThan(0);
});

test("what is found is what the scene shows at that frame", async () => {
  await process("--video", "belt.mp4", "--out", "found.jsonl");
  for (const { frame, outputs } of (await lines("found.jsonl")).filter((line) => line.frame % 15 === 0)) {
    for (const object of scene.truthAt(frame).filter(({ visible }) => visible > 0.9)) {
      const overlaps = outputs.tracks.predictions.map((found) =>
        found.class === object.class ? iou(found, object.box) : 0,
      );
      expect(Math.max(...overlaps), `${object.class} of frame ${frame}`).toBeGreaterThan(0.6);
    }
  }
});

test("a picture that changes its size inside the film ends nothing: every frame counts, in its own pixels", async () => {
  const half = ["-vf", "scale=320:180", "-output_ts_offset", "2"];
  const encoder = ["-c:v", "libx264", "-crf", "12", "-bf", "0"];
  await ffmpeg(["-i", folder.path("belt.mp4"), "-frames:v", "30", ...encoder, folder.path("full.ts")]);
  await ffmpeg(["-ss", "2", "-i", folder.path("belt.mp4"), ...half, ...encoder, folder.path("half.ts")]);
  const parts = await Promise.all(["full.ts", "half.ts"].map((name) => readFile(folder.path(name))));
  await writeFile(folder.path("resized.ts"), Buffer.concat(parts));
  await process(
    "--video",
    "resized.ts",
    "--out",
    "resized.jsonl",
    "--annotated",
    "resized.mp4",
    "--annotated-output",
    "picture",
  );
  const results = await lines("resized.jsonl");
  expect(results.map(({ frame }) => frame)).toEqual(Array.from({ length: FRAMES }, (_, i) => i));
  for (const { frame, pts, outputs } of results) {
    expect(pts - (results[0]?.pts ?? 0)).toBeCloseTo(frame / 15, 2);
    const shrink = frame < 30 ? 1 : 2;
    expect(outputs.tracks.image).toEqual({ width: 640 / shrink, height: 360 / shrink });
    // The tracker needs a few frames to find what jumped.
    if (![0, 15, 29, 44].includes(frame)) continue;
    for (const object of scene.truthAt(frame).filter(({ visible }) => visible > 0.9)) {
      const box = shrunk(object.box, frame < 30 ? 1 : 2);
      const overlaps = outputs.tracks.predictions.map((found) => (found.class === object.class ? iou(found, box) : 0));
      expect(Math.max(...overlaps), `${object.class} of frame ${frame}`).toBeGreaterThan(0.5);
    }
  }
  const args = ["-v", "error", "-count_frames", "-show_entries", "stream=width,height,nb_read_frames", "-of", "json"];
  const { stdout } = await promisify(execFile)("ffprobe", [...args, folder.path("resized.mp4")]);
  expect(JSON.parse(stdout).streams).toEqual([{ width: 640, height: 360, nb_read_frames: `${FRAMES}` }]);
});

test("a run can stop after so many frames, and prints its summary when no file is named", async () => {
  const { stdout } = await process("--video", "belt.mp4", "--out", "few.jsonl", "--max-frames", "7");
  expect(JSON.parse(stdout)).toMatchObject({ frames: 7 });
  expect((await lines("few.jsonl")).map(({ frame }) => frame)).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test("the annotated video plays, with as many frames as the film", async () => {
  await process("--video", "belt.mp4", "--annotated", "annotated.mp4", "--annotated-output", "picture");
  const args = ["-v", "error", "-count_frames", "-show_entries", "stream=width,height,r_frame_rate,nb_read_frames"];
  const { stdout } = await promisify(execFile)("ffprobe", [...args, "-of", "json", folder.path("annotated.mp4")]);
  expect(JSON.parse(stdout).streams).toEqual([
    { width: 640, height: 360, r_frame_rate: "15/1", nb_read_frames: `${FRAMES}` },
  ]);
});

test("kernels that take long run on a thread of their own, and their pictures come in the order of the frames", async () => {
  const blur = { type: "roboflow_core/image_blur@v1", name: "blur", image: "$inputs.image", blur_type: "gaussian" };
  const features = { type: "roboflow_core/sift@v1", name: "features", image: "$steps.crop.crops" };
  const crop = { type: "roboflow_core/absolute_static_crop@v1", name: "crop", image: "$steps.blur.image" };
  const definition = {
    version: "1.0",
    inputs: [{ type: "WorkflowImage", name: "image" }],
    steps: [{ ...blur, kernel_size: 15 }, { ...crop, x_center: 320, y_center: 180, width: 60, height: 60 }, features],
    outputs: [
      { type: "JsonField", name: "keypoints", selector: "$steps.features.keypoints" },
      { type: "JsonField", name: "blurred", selector: "$steps.blur.image" },
    ],
  };
  await writeFile(folder.path("kernels.json"), JSON.stringify(definition));
  const { code, stderr, summary } = await ended(
    "kernels.json",
    "belt.mp4",
    ...["--max-frames", "12", "--annotated", "blurred.mp4", "--annotated-output", "blurred"],
  );
  expect(code, stderr).toBe(0);
  expect(summary).toMatchObject({ frames: 12, faults: 0 });
});

test("several outputs make several videos, each with a picture for every frame", async () => {
  const demo = JSON.parse(await readFile(`${ROOT}/config/demo-workflow.json`, "utf8"));
  const definition = {
    ...demo,
    outputs: [...demo.outputs, { type: "JsonField", name: "film", selector: "$inputs.image" }],
  };
  await writeFile(folder.path("two.json"), JSON.stringify(definition));
  const first = ["--annotated", "drawn.mp4", "--annotated-output", "picture"];
  const second = ["--annotated", "film.mp4", "--annotated-output", "film"];
  const args = ["process", "two.json", "--model", `shapes/1=${SHAPES}`, "--video", "belt.mp4", ...first, ...second];
  const { code, stderr } = await millrace(args, { cwd: folder.path("."), limitMs: 60_000 });
  expect(code, stderr).toBe(0);
  for (const name of ["drawn.mp4", "film.mp4"]) {
    const probe = ["-v", "error", "-count_frames", "-show_entries", "stream=nb_read_frames", "-of", "json"];
    const { stdout } = await promisify(execFile)("ffprobe", [...probe, folder.path(name)]);
    expect(JSON.parse(stdout).streams).toEqual([{ nb_read_frames: `${FRAMES}` }]);
  }
  const [drawn, film] = await Promise.all(["drawn.mp4", "film.mp4"].map((name) => readFile(folder.path(name))));
  expect(drawn?.equals(film ?? Buffer.of())).toBe(false);
});

describe.skipIf(lacksAssets("models/yolox-nano-416.onnx", "videos/people-one-by-one.mp4"))(
  "a real model on a real film",
  () => {
    const VISITS = [
      [62, 193],
      [228, 446],
      [506, 695],
      [745, 865],
      [928, 1195],
      [1237, 1358],
    ] as const;
    let results: Line[] = [];

    beforeAll(async () => {
      const definition = folder.path("people.json");
      await writeFile(definition, JSON.stringify(PEOPLE));
      const model = `people/1=${assetPath("models/yolox-nano-416.onnx")}`;
      const video = assetPath("videos/people-one-by-one.mp4") as string;
      const args = ["process", definition, "--model", model, "--video", video, "--out", folder.path("people.jsonl")];
      const { code, stderr } = await millrace(args, { limitMs: 240_000 });
      expect(code, stderr).toBe(0);
      results = await lines("people.jsonl");
    }, 250_000);

    test("finds the person where the reference does, and none before", () => {
      expect(peopleOf(results[0])).toEqual([]);
      const [person] = peopleOf(results[100]);
      expect(iou(person as Detections["predictions"][number], [381, 16, 516, 407])).toBeGreaterThan(0.6);
      expect(Math.abs((person?.confidence ?? 0) - 0.879)).toBeLessThan(0.1);
    });

    test("sees six visits begin and end when they do", () => {
      const seen = medianOf(
        results.map((line) => (peopleOf(line).some(({ confidence }) => confidence >= 0.4) ? 1 : 0)),
      );
      const visits = intervals(seen);
      expect(visits).toHaveLength(VISITS.length);
      for (const [i, [from, to]] of VISITS.entries()) {
        expect(Math.abs((visits[i]?.[0] ?? 0) - from)).toBeLessThanOrEqual(3);
        expect(Math.abs((visits[i]?.[1] ?? 0) - to)).toBeLessThanOrEqual(3);
      }
    });
  },
);

const PEOPLE = {
  version: "1.0",
  inputs: [{ type: "WorkflowImage", name: "image" }],
  steps: [
    {
      type: "roboflow_core/roboflow_object_detection_model@v3",
      name: "people",
      images: "$inputs.image",
      model_id: "people/1",
      confidence_mode: "custom",
      custom_confidence: 0.3,
      class_filter: ["person"],
    },
  ],
  outputs: [{ type: "JsonField", name: "tracks", selector: "$steps.people.predictions" }],
};

function peopleOf(line: Line | undefined): Detections["predictions"] {
  return line?.outputs.tracks.predictions ?? [];
}

/** What is said and the exit code of a run on a file. */
async function ended(definition: string, video: string, ...args: string[]) {
  const all = ["process", definition, "--video", video, ...args];
  const { code, stderr, stdout } = await millrace(all, { cwd: folder.path("."), limitMs: 60_000 });
  return { code, stderr, summary: JSON.parse(stdout) as Record<string, unknown> };
}

async function definitionOf(source: string): Promise<string> {
  const output = { type: "DynamicOutputDefinition" };
  const input = { type: "DynamicInputDefinition", selector_types: ["generic"] };
  const manifest = { type: "ManifestDescription", block_type: "B", inputs: { image: input }, outputs: { out: output } };
  const code = { type: "JavaScriptCode", run_function_code: source };
  await writeFile(
    folder.path("code.json"),
    JSON.stringify({
      version: "1.0",
      inputs: [{ type: "WorkflowImage", name: "image" }],
      steps: [{ type: "B", name: "b", image: "$inputs.image" }],
      outputs: [{ type: "JsonField", name: "out", selector: "$steps.b.out" }],
      dynamic_blocks_definitions: [{ type: "DynamicBlockDefinition", manifest, code }],
    }),
  );
  return "code.json";
}

test("a run in which every frame failed is a failure, one with some good frames is none", async () => {
  const never = await ended(await definitionOf("function run() { throw new TypeError('no') }"), "belt.mp4");
  expect(never).toMatchObject({ code: 1, summary: { frames: FRAMES, failed_frames: FRAMES } });
  expect(never.stderr).toContain(`${FRAMES} steps failed on ${FRAMES} of ${FRAMES} frames`);
  const once = await definitionOf(
    "let n = 0; function run() { if (n++ === 0) throw new TypeError('no'); return { out: n } }",
  );
  expect(await ended(once, "belt.mp4")).toMatchObject({ code: 0, summary: { failed_frames: 1 } });
  expect(await ended(once, "belt.mp4", "--strict")).toMatchObject({ code: 1, summary: { failed_frames: 1 } });
});

test("a video that was cut off is reported, and a failure when that is asked for", async () => {
  await promisify(execFile)("ffmpeg", [
    "-v",
    "error",
    "-i",
    folder.path("belt.mp4"),
    "-c",
    "copy",
    "-y",
    folder.path("belt.mkv"),
  ]);
  const mkv = await readFile(folder.path("belt.mkv"));
  await writeFile(folder.path("cut.mkv"), mkv.subarray(0, Math.floor(mkv.length * 0.7)));
  const code = await definitionOf("function run() { return { out: 1 } }");
  const cut = await ended(code, "cut.mkv");
  expect(cut).toMatchObject({ code: 0, summary: { failed_frames: 0, damage: expect.stringMatching(/prematurely/) } });
  expect(cut.summary["frames"]).toBeLessThan(FRAMES);
  expect(cut.stderr).toContain("warning: the video is damaged or cut off");
  expect(await ended(code, "cut.mkv", "--strict")).toMatchObject({ code: 1 });
  expect((await ended(code, "belt.mkv", "--strict")).summary).not.toHaveProperty("damage");
});

type Box = readonly [number, number, number, number];

function shrunk([x1, y1, x2, y2]: Box, factor: number): Box {
  return [x1 / factor, y1 / factor, x2 / factor, y2 / factor];
}

function iou(found: Detections["predictions"][number], [x1, y1, x2, y2]: Box): number {
  const { x, y, width, height } = found;
  const across = Math.min(x2, x + width / 2) - Math.max(x1, x - width / 2);
  const down = Math.min(y2, y + height / 2) - Math.max(y1, y - height / 2);
  const shared = Math.max(0, across) * Math.max(0, down);
  return shared / (width * height + (x2 - x1) * (y2 - y1) - shared);
}

/** Each value by the majority of the seven around it. */
function medianOf(values: readonly number[]): boolean[] {
  return values.map((_, i) => {
    const around = values.slice(Math.max(0, i - 3), i + 4);
    return around.reduce((sum, value) => sum + value, 0) * 2 > around.length;
  });
}

/** First and last place of each run of true. */
function intervals(values: readonly boolean[]): [number, number][] {
  const found: [number, number][] = [];
  for (const [i, value] of values.entries()) {
    if (!value) continue;
    const last = found.at(-1);
    if (last?.[1] === i - 1) last[1] = i;
    else found.push([i, i]);
  }
  return found;
}

test("pictures are left out of the results where they are not wanted, and a quiet run says nothing", async () => {
  const definition = {
    version: "1.0",
    inputs: [{ type: "WorkflowImage", name: "image" }],
    steps: [],
    outputs: [{ type: "JsonField", name: "picture", selector: "$inputs.image" }],
  };
  await writeFile(folder.path("picture.json"), JSON.stringify(definition));
  const args = ["process", "picture.json", "--video", "belt.mp4", "--max-frames", "2", "--out", "pictures.jsonl"];
  const pictureOf = async (...flags: string[]) => {
    const ended = await millrace([...args, ...flags], { cwd: folder.path("."), limitMs: 60_000 });
    expect([ended.code, ended.stderr]).toEqual([0, ""]);
    const [first] = (await readFile(folder.path("pictures.jsonl"), "utf8")).split("\n");
    return (JSON.parse(first ?? "") as { outputs: { picture: { value: unknown } } }).outputs.picture.value;
  };
  expect(await pictureOf("--quiet")).toEqual(expect.any(String));
  expect(await pictureOf("--quiet", "--no-pictures")).toBeNull();
});
