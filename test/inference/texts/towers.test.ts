import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { messageOf } from "../../../src/base/errors.ts";
import { inspectModel, type ModelStatement } from "../../../src/inference/inspect.ts";
import { openModel } from "../../../src/inference/open-model.ts";
import { openTower } from "../../../src/inference/texts/open-tower.ts";
import type { Embedding } from "../../../src/kinds/model-task.ts";
import { paint } from "../../fixtures/models.ts";
import { bothTowers, freeTokens, pictureTower, tokenEcho } from "../../fixtures/towers.ts";
import { useFolder } from "../../stream/clip.ts";

const folder = useFolder();

async function write(name: string, files: Record<string, Buffer | object>): Promise<string> {
  for (const [file, content] of Object.entries(files)) {
    const path = folder.path(`${name}/${file}`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, Buffer.isBuffer(content) ? content : JSON.stringify(content));
  }
  return folder.path(name);
}

async function vectorsOf(path: string, texts: readonly string[], statement: ModelStatement = {}) {
  const { texts: tower } = await inspectModel(path, statement);
  if (tower === null) throw new Error("no tower for texts");
  const opened = await openTower(tower, { providers: ["cpu"] });
  try {
    const { replies } = await opened.run(texts.map((text) => ({ task: "embed_text", text })));
    return (replies as Embedding[]).map(({ vector }) => [...vector]);
  } finally {
    await opened.close();
  }
}

/** A vocabulary of a few whole words. */
const WORDS = {
  added_tokens: [{ id: 0, content: "[PAD]", special: true }],
  pre_tokenizer: { type: "Whitespace" },
  model: { type: "WordLevel", unk_token: "[UNK]", vocab: { "[PAD]": 0, "[UNK]": 1, red: 2, car: 3 } },
};

describe("a folder with a file for each tower", () => {
  test("as the reference lays it out is CLIP, and its texts are filled up with zeros", async () => {
    const path = await write("pair", { "visual.onnx": pictureTower(), "textual.onnx": tokenEcho() });
    const { family, task, input, texts } = await inspectModel(path);
    expect({ family, task }).toEqual({ family: "clip", task: "embed" });
    expect(input).toMatchObject({ fit: "cover_center", mean: [0.48145466, 0.4578275, 0.40821073] });
    expect(texts).toMatchObject({ family: "text-embedding", feeding: { most: 77, vocabulary: { type: "clip" } } });
    const [cat, helmet] = await vectorsOf(path, ["a photo of a cat", "Forklift #12, no helmet"]);
    const filled = (...tokens: number[]) => [...tokens, ...new Array(77 - tokens.length).fill(0)];
    expect(cat).toEqual(filled(49406, 320, 1125, 539, 320, 2368, 49407));
    expect(helmet).toEqual(filled(49406, 43202, 258, 272, 273, 267, 871, 11122, 49407));
  });

  test("with the shorter texts of the Perception Encoder is that", async () => {
    const textual = tokenEcho({ tokens: { name: "text", elementType: "int64", shape: ["batch", 32] } });
    const path = await write("encoder", { "visual.onnx": pictureTower(), "textual.onnx": textual });
    expect(await inspectModel(path)).toMatchObject({
      family: "perception-encoder",
      input: { fit: "stretch", mean: [0.5, 0.5, 0.5] },
      texts: { feeding: { most: 32 } },
    });
  });

  test("as Hugging Face lays it out takes what lies beside: size, rule of pictures, padding", async () => {
    const path = await write("hub", {
      "onnx/vision_model.onnx": pictureTower(),
      "onnx/text_model.onnx": tokenEcho({ tokens: freeTokens(), mask: true, output: "text_embeds", isClip: false }),
      "onnx/model.onnx": bothTowers(),
      "tokenizer.json": WORDS,
      "tokenizer_config.json": { model_max_length: 4, pad_token: "[PAD]" },
      "config.json": { model_type: "clip" },
      "preprocessor_config.json": {
        do_center_crop: true,
        crop_size: { height: 64, width: 64 },
        image_mean: [0, 0, 0],
        image_std: [1, 1, 1],
      },
    });
    const found = await inspectModel(path);
    expect(found).toMatchObject({ family: "clip", input: { mean: [0, 0, 0], fit: "cover_center" } });
    expect(found.texts).toMatchObject({ feeding: { most: 4, padding: 0, isFilled: false } });
    // Sums of tokens and of the mask: the shorter text is filled up to the longer one.
    expect(await vectorsOf(path, ["red", "red car", "car"])).toEqual([
      [2, 1, 1],
      [5, 2, 2],
      [3, 1, 1],
    ]);
  });
});

describe("a file with both towers", () => {
  test("is run in its parts, each with its own inputs alone", async () => {
    const path = await write("both", {
      "model.onnx": bothTowers(),
      "preprocessor_config.json": {
        do_center_crop: true,
        crop_size: 32,
        size: { shortest_edge: 32 },
        do_normalize: false,
      },
    });
    const description = await inspectModel(path);
    expect(description).toMatchObject({
      family: "clip",
      part: ["image_embeds"],
      inputs: [{ name: "pixel_values" }],
      outputs: [{ name: "image_embeds" }],
      input: { width: 32, height: 32 },
      texts: { part: ["text_embeds"], inputs: [{ name: "input_ids" }, { name: "attention_mask" }] },
    });
    expect(await vectorsOf(path, [""])).toEqual([[49406 + 49407, 2, 2]]);
    const model = await openModel(description, new SharedArrayBuffer(0), { providers: ["cpu"] });
    const source = { type: "owned", rgb: paint(32, 32, []), width: 32, height: 32 } as const;
    const { replies } = await model.run([{ task: "embed", source, width: 32, height: 32, parameters: {} }]);
    await model.close();
    expect((replies as Embedding[])[0]?.vector).toHaveLength(3);
  });
});

describe("a tower for texts alone", () => {
  test("is a model of texts", async () => {
    const path = folder.path("alone.onnx");
    await writeFile(path, tokenEcho());
    expect(await inspectModel(path)).toMatchObject({
      family: "text-embedding",
      task: "embed_text",
      input: null,
      classes: [],
    });
  });

  test("of another vocabulary is refused until that is beside it", async () => {
    const file = tokenEcho({ tokens: { name: "text", elementType: "int64", shape: [1, 16] }, isClip: false });
    const path = await write("foreign", { "model.onnx": file });
    expect((await inspectModel(path)).reasons).toEqual([
      "not text-embedding: nothing tells its vocabulary; put the tokenizer.json of the model beside it",
    ]);
    await write("foreign", { "tokenizer.json": WORDS });
    expect(await vectorsOf(path, ["car"])).toEqual([[3, ...new Array(15).fill(0)]]);
  });

  test("refuses a text that is too long for it, with both numbers", async () => {
    const path = await write("long", { "model.onnx": tokenEcho() });
    const refused = await vectorsOf(path, ["cat ".repeat(80)]).catch(messageOf);
    expect(refused).toMatch(/the text "cat cat .*…" has 82 tokens, expected at most 77/);
  });

  test("runs texts one by one where the file takes one", async () => {
    const file = tokenEcho({ tokens: { name: "text", elementType: "int64", shape: [1, 77] } });
    const path = await write("single", { "model.onnx": file });
    const found = await vectorsOf(path, ["a", "cat"]);
    expect(found.map((vector) => vector.slice(0, 3))).toEqual([
      [49406, 320, 49407],
      [49406, 2368, 49407],
    ]);
  });
});
