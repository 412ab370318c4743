import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, it } from "vitest";
import { check } from "../../../src/compiler/compile.ts";
import { schemaOf } from "../../../src/daemon/commands/json-schema.ts";
import { openLibrary } from "../../../src/expansion/open-library.ts";

const accepts = new Ajv2020({ strict: false, validateFormats: false }).compile(schemaOf("definition") as object);
const library = openLibrary({ allowCode: true, isExamined: false });

const image = { type: "WorkflowImage", name: "image" };
const model = { type: "ObjectDetectionModel", name: "m", images: "$inputs.image", model_id: "a/1" };
const output = { type: "JsonField", name: "out", selector: "$steps.m.predictions" };
const whole = { version: "1.0", inputs: [image], steps: [model], outputs: [output] };
const withStep = (step: object) => ({ ...whole, steps: [model, { ...step, name: "s" }] });
const query = (operation: object) =>
  withStep({ type: "PropertyDefinition", data: "$steps.m.predictions", operations: [operation] });

it.each([
  ["a property of a wrong type", withStep({ ...model, confidence: "high" })],
  ["a property out of its bounds", withStep({ ...model, confidence: 2 })],
  ["a missing property, of whichever name", withStep({ type: "ObjectDetectionModel", model_id: "a/1" })],
  ["a literal where data is expected", withStep({ ...model, images: "picture.png" })],
  ["a step where data is expected", withStep({ ...model, images: "$steps.m" })],
  ["a selector that is none, also where a text may stand", withStep({ ...model, model_id: "$inputs.a.b" })],
  [
    "an output where an input is meant",
    withStep({ type: "roboflow_core/delta_filter@v1", image: "$steps.m.x", value: "$inputs.image", next_steps: [] }),
  ],
  ["a type that nothing brings", withStep({ type: "NoSuchBlock" })],
  [
    "a block that is known, with a wrong property",
    withStep({ type: "roboflow_core/image_slicer@v1", image: "$inputs.image", slice_width: 0 }),
  ],
  ["an unknown operation of a query", query({ type: "SequenceLenght" })],
  ["a missing property of an operation", query({ type: "StringMatches" })],
  ["a step without a name", { ...whole, steps: [{ ...model, name: undefined }] }],
  ["an unknown type of an input", { ...whole, inputs: [{ ...image, type: "WorkflowPicture" }] }],
  ["a missing list", { ...whole, outputs: undefined }],
])("%s is refused by validate and by the schema for editors", (_, document) => {
  const plain: unknown = JSON.parse(JSON.stringify(document));
  expect(check(plain, library).issues).not.toEqual([]);
  expect(accepts(plain)).toBe(false);
});

it.each([
  ["a property by another name", withStep({ ...model, images: undefined, image: "$inputs.image" })],
  ["a property that is not known", withStep({ ...model, comment: "of an editor" })],
  [
    "a block that is known and cannot run here",
    withStep({ type: "YoloWorld", images: "$inputs.image", class_names: ["a"] }),
  ],
])("%s is taken by both", (_, document) => {
  const plain: unknown = JSON.parse(JSON.stringify(document));
  expect(check(plain, library).issues).toEqual([]);
  expect(accepts(plain), JSON.stringify(accepts.errors?.at(-1))).toBe(true);
});

it("takes every definition of the package", async () => {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const files = ["config", "examples", "test/workflows"].flatMap((folder) =>
    readdirSync(`${root}/${folder}`, { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
  );
  let taken = 0;
  for (const file of files.filter((name) => name.endsWith(".json"))) {
    const document = JSON.parse(await readFile(`${root}/${file}`, "utf8")) as { steps?: unknown };
    if (document.steps === undefined || check(document, library).issues.length > 0) continue;
    expect(accepts(document), `${file}: ${JSON.stringify(accepts.errors?.at(-1))}`).toBe(true);
    taken++;
  }
  expect(taken).toBeGreaterThan(10);
});
