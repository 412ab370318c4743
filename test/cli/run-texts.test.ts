import { mkdir, writeFile } from "node:fs/promises";
import sharp from "sharp";
import { beforeAll, expect, test } from "vitest";
import { constantModel } from "../../src/kit/constant-model.ts";
import { bothTowers } from "../fixtures/towers.ts";
import { millrace } from "../helpers/cli.ts";
import { useFolder } from "../stream/clip.ts";

const folder = useFolder();
const MODEL = "clip/ViT-B-16";

beforeAll(async () => {
  await mkdir(folder.path("clip"));
  await writeFile(folder.path("clip/model.onnx"), bothTowers());
  await writeFile(folder.path("clip/preprocessor_config.json"), '{"do_center_crop":true,"crop_size":32}');
  await writeFile(folder.path("visual.onnx"), constantModel({ outputs: { image_embeds: [[1, 2, 3]] } }));
  await sharp({ create: { width: 96, height: 64, channels: 3, background: "#e04020" } })
    .png()
    .toFile(folder.path("red.png"));
});

async function run(steps: object[], outputs: Record<string, string>, model: string) {
  const definition = {
    version: "1.0",
    inputs: [
      { type: "WorkflowImage", name: "image" },
      { type: "WorkflowParameter", name: "sought", default_value: "a red picture" },
    ],
    steps,
    outputs: Object.entries(outputs).map(([name, selector]) => ({ type: "JsonField", name, selector })),
  };
  await writeFile(folder.path("texts.json"), JSON.stringify(definition));
  const given = ["--image", `image=${folder.path("red.png")}`, "--model", `${MODEL}=${folder.path(model)}`];
  return millrace(["run", folder.path("texts.json"), ...given]);
}

const clip = (name: string, data: string) => ({ type: "roboflow_core/clip@v1", name, data, version: "ViT-B-16" });

test("an image and texts of a folder of CLIP are compared, whether texts are written down or come in", async () => {
  const compare = { type: "roboflow_core/clip_comparison@v2", images: "$inputs.image" };
  const { code, stdout, stderr } = await run(
    [
      clip("picture", "$inputs.image"),
      clip("written", "a blue picture"),
      clip("given", "$inputs.sought"),
      { ...compare, name: "compare", classes: ["a blue picture", "a red picture"], version: "ViT-B-16" },
      { type: "roboflow_core/cosine_similarity@v1", name: "one", embedding_1: "$steps.picture.embedding", embedding_2: "$steps.written.embedding" }, // biome-ignore format: one step
      { type: "roboflow_core/cosine_similarity@v1", name: "two", embedding_1: "$steps.picture.embedding", embedding_2: "$steps.given.embedding" }, // biome-ignore format: one step
    ],
    {
      written: "$steps.written.embedding",
      one: "$steps.one.similarity",
      two: "$steps.two.similarity",
      found: "$steps.compare.similarities",
    },
    "clip",
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { written, one, two, found } = JSON.parse(stdout)[0];
  // Sum of the tokens of "a blue picture" and their number, twice.
  expect(written).toEqual([49406 + 320 + 1746 + 1674 + 49407, 5, 5]);
  expect(found).toEqual([one, two]);
});

test("a model without a tower for texts is refused before anything runs, with what to map", async () => {
  const steps = [clip("written", "a blue picture")];
  const { code, stderr } = await run(steps, { out: "$steps.written.embedding" }, "visual.onnx");
  expect(code).toBe(2);
  expect(stderr).toContain(
    "is asked for embedding of texts, and has no tower for them: map it to a folder with both towers",
  );
});
