import fc from "fast-check";
import { expect, test } from "vitest";
import { type PythonValue, readPythonLiteral } from "../../../src/inference/files/python-literal.ts";

test.each<[string, PythonValue | undefined]>([
  ["[640, 416]", [640, 416]],
  ["(1, 2,)", [1, 2]],
  ["640", 640],
  ["-1.5e3", -1500],
  [
    "{0: 'person', 1: \"it's\"}",
    new Map<string, PythonValue>([
      ["0", "person"],
      ["1", "it's"],
    ]),
  ],
  ["{'a': [True, None], }", new Map<string, PythonValue>([["a", [true, null]]])],
  ["'caf\\xe9 \\u2615 \\\\ \\' \\n'", "café ☕ \\ ' \n"],
  ["[]", []],
  ["{}", new Map()],
  ["", undefined],
  ["[1, 2", undefined],
  ["[1 2]", undefined],
  ["{1}", undefined],
  ["'open", undefined],
  ["1 2", undefined],
  ["name", undefined],
])("reads %s", (text, value) => {
  expect(readPythonLiteral(text)).toEqual(value);
});

test("reads every list of strings that JSON can write", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" })), (names) => {
      const escaped = JSON.stringify(names);
      fc.pre(!escaped.includes("\\b") && !escaped.includes("\\f"));
      expect(readPythonLiteral(escaped)).toEqual(names);
    }),
  );
});

test("never throws, whatever the text", () => {
  fc.assert(fc.property(fc.string(), (text) => void readPythonLiteral(text)));
});
