import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { constantModel } from "../../src/kit/constant-model.ts";
import { assetPath, lacksAssets } from "../helpers/assets.ts";
import { millrace, SHAPES } from "../helpers/cli.ts";
import { scene, writeSceneClip } from "../helpers/scene.ts";
import { ffmpeg, useFolder } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 80_000 });

const folder = useFolder();
const FRAMES = 8;
const COMPARE = ["models", "compare"];

async function compare(...args: string[]) {
  const ended = await millrace([...COMPARE, ...args, "--cpu"], { cwd: folder.path("."), limitMs: 70_000 });
  return { ...ended, found: ended.code === 0 && args.includes("--json") ? JSON.parse(ended.stdout) : null };
}

beforeAll(async () => {
  await writeSceneClip(folder.path("belt.mp4"), FRAMES);
  await mkdir(folder.path("pictures"));
  await ffmpeg(["-i", folder.path("belt.mp4"), folder.path("pictures/%d.png")]);
  await copyFile(SHAPES, folder.path("copy.onnx"));
  await writeFile(folder.path("pictures/notes.txt"), "no picture");
});

/** What the scene shows, as COCO's truth. */
function truth() {
  const categories = [...new Set(scene.truthAt(0).map((object) => object.class))].map((name, id) => ({ id, name }));
  const classIds = new Map(categories.map(({ id, name }) => [name, id]));
  const images = Array.from({ length: FRAMES }, (_, id) => ({ id, file_name: `${id + 1}.png` }));
  const annotations = images.flatMap(({ id }) =>
    scene
      .truthAt(id)
      .filter(({ visible }) => visible > 0.5)
      .map(({ class: name, box: [left, top, right, bottom] }) => ({
        image_id: id,
        category_id: classIds.get(name) ?? -1,
        bbox: [left, top, right - left, bottom - top],
      })),
  );
  return { images, categories, annotations };
}

test("a model agrees with a copy of itself on every frame of a video", async () => {
  const { found, stderr } = await compare(SHAPES, "copy.onnx", "--video", "belt.mp4", "--json");
  expect(found, stderr).not.toBeNull();
  expect(found).toMatchObject({ pictures: FRAMES, task: "detect", sameClass: null });
  const { objects, pairs, overlap, scoreDifference } = found.agreement;
  expect(pairs).toBeGreaterThan(FRAMES);
  expect(objects).toEqual([pairs, pairs]);
  expect([overlap, scoreDifference]).toEqual([1, 0]);
  for (const model of found.models) {
    expect(model).toMatchObject({ provider: "cpu", precision: null });
    expect(model.ms.run.p50).toBeGreaterThan(0);
  }
});

test("pictures of a folder are judged by a file of the truth", async () => {
  await writeFile(folder.path("truth.json"), JSON.stringify(truth()));
  const args = ["--images", "pictures", "--truth", "truth.json"];
  const { found, stderr } = await compare(SHAPES, "copy.onnx", ...args, "--json");
  expect(found, stderr).not.toBeNull();
  expect(found.pictures).toBe(FRAMES);
  for (const { precision } of found.models) expect(precision.ap50).toBeGreaterThan(0.8);
  const { stdout } = await compare(SHAPES, "copy.onnx", ...args, "--max-pictures", "2");
  expect(stdout).toMatch(/^AP50 +0\.\d+ +0\.\d+$/m);
  expect(stdout).toMatch(/objects that both have: (\d+) of \1 \(100\.0 %\) of the first/);
  expect(stdout).toContain("over 2 pictures");
});

test("what does not fit together is reported at once", async () => {
  const classifier = constantModel({ outputs: { output: [[0.1, 0.7, 0.2]] }, metadata: { task: "classify" } });
  await writeFile(folder.path("classifier.onnx"), classifier);
  const { code, stderr } = await compare(
    SHAPES,
    "classifier.onnx,family=classification",
    "--video",
    "belt.mp4",
    "--truth",
    "x",
  );
  expect(code, stderr).toBe(2);
  expect(stderr).toContain("two models that find boxes, or two that classify, can be compared");
  expect(stderr).toContain("--truth belongs to --images");
  expect(stderr).toContain("--truth x: ");
  const both = await compare("none.onnx", "nothing.onnx", "--video", "belt.mp4");
  expect(both.code).toBe(2);
  expect(both.stderr).toContain('"none.onnx"');
  expect(both.stderr).toContain('"nothing.onnx"');
});

test("a source that gives no picture is a mistake of the user", async () => {
  for (const [source, message] of [
    [["--images", "."], "it has no pictures"],
    [["--images", "gone"], "there is no such folder"],
    [["--video", "gone.mp4"], "no such file"],
    [[], "expected --video or --images, one of the two"],
  ] as const) {
    const { code, stderr } = await compare(SHAPES, "copy.onnx", ...source);
    expect(code, stderr).toBe(2);
    expect(stderr).toContain(message);
  }
});

describe.skipIf(lacksAssets("models/yolox-nano-416.onnx", "models/nanodet-m-320.onnx", "coco/instances.json"))(
  "real models of COCO",
  () => {
    test("have the precision that their authors measure, and find much of the same", async () => {
      const [first = "", second = ""] = ["yolox-nano-416", "nanodet-m-320"].map((name) =>
        assetPath(`models/${name}.onnx`),
      );
      const args = ["--images", assetPath("coco/images") ?? "", "--truth", assetPath("coco/instances.json") ?? ""];
      const { found, stderr } = await compare(first, second, ...args, "--json");
      expect(found, stderr).not.toBeNull();
      const [yolox, nanodet] = found.models;
      expect(yolox.precision.ap).toBeGreaterThan(0.24);
      expect(nanodet.precision.ap).toBeGreaterThan(0.22);
      expect(found.agreement.pairs).toBeGreaterThan(20);
    });
  },
);
