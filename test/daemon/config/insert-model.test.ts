import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { insertModel } from "../../../src/daemon/config/insert-model.ts";

const insert = (text: string) => insertModel(text, "coco/2", { path: "two.onnx" });
/** What a text gains, as lines. */
function gained(text: string): string[] {
  const before = text.split("\n");
  const after = insert(text)?.split("\n") ?? [];
  let at = 0;
  return after.filter((line) => {
    if (line === before[at]) at++;
    else return true;
    return false;
  });
}

test("an entry comes behind the others, and nothing else of the text changes", () => {
  const text = `# Mine.
models:
  coco/1:   # the first
    path: one.onnx      # as exported
    # family: yolov8

# What runs where.
pipelines: {}   # none
`;
  expect(insert(text)).toBe(`# Mine.
models:
  coco/1:   # the first
    path: one.onnx      # as exported
    # family: yolov8
  coco/2:
    path: two.onnx

# What runs where.
pipelines: {}   # none
`);
});

test("the example of every key gains the entry alone", async () => {
  const text = await readFile(new URL("../../../config/example.yaml", import.meta.url), "utf8");
  expect(gained(text)).toEqual(["  coco/2:", "    path: two.onnx"]);
});

test("models that is not there, is empty, or has nothing yet", () => {
  expect(insert("cameras: {}\n")).toBe("cameras: {}\n\nmodels:\n  coco/2:\n    path: two.onnx\n");
  expect(insert("cameras: {}")).toBe("cameras: {}\n\nmodels:\n  coco/2:\n    path: two.onnx\n");
  expect(insert("")).toBe("models:\n  coco/2:\n    path: two.onnx\n");
  expect(insert("models:   # none\ncameras: {}\n")).toBe(
    "models:   # none\n  coco/2:\n    path: two.onnx\ncameras: {}\n",
  );
  expect(insert("models: {}\n")).toBe('models: {"coco/2":{"path":"two.onnx"}}\n');
});

test("entries in braces, and a config in JSON", () => {
  expect(insert("models: { coco/1: { path: one.onnx } } # here\n")).toBe(
    'models: { coco/1: { path: one.onnx }, "coco/2":{"path":"two.onnx"} } # here\n',
  );
  expect(insert('{"models": {"coco/1": {"path": "one.onnx"}}}')).toBe(
    '{"models": {"coco/1": {"path": "one.onnx"}, "coco/2":{"path":"two.onnx"}}}',
  );
  expect(insert('{\n  "cameras": {}\n}\n')).toBe('{\n  "cameras": {}, "models":{"coco/2":{"path":"two.onnx"}}\n}\n');
});

test("lines that end as on Windows, and another indentation", () => {
  expect(insert("models:\r\n    coco/1:\r\n        path: one.onnx\r\ncameras: {}\r\n")).toBe(
    "models:\r\n    coco/1:\r\n        path: one.onnx\r\n    coco/2:\r\n      path: two.onnx\r\ncameras: {}\r\n",
  );
  expect(insert("models:\n  coco/1: {path: one.onnx}")).toBe(
    "models:\n  coco/1: {path: one.onnx}\n  coco/2:\n    path: two.onnx\n",
  );
});

test("what cannot be written without touching other parts is left to the user", () => {
  expect(insert("x-all: &all {coco/1: {path: one.onnx}}\nmodels: *all\n")).toBeNull();
  expect(insert("models: [one]\n")).toBeNull();
  expect(insert("- a list\n")).toBeNull();
  expect(insert("models: {\n")).toBeNull();
});
