import { describe, expect, it } from "vitest";
import { answerJson } from "../../../../src/blocks/data/answers/answer-json.ts";

describe("the JSON in a model's answer", () => {
  it.each([
    ["alone", '{"a": 1}', { a: 1 }],
    [
      "in a block fenced as JSON, the first of several",
      'Here:\n```JSON\n{"a": 1}\n```\nor ```json\n{"a": 2}\n```',
      { a: 1 },
    ],
    ["in a block fenced as something else", "```text\n[1, 2]\n```", [1, 2]],
    ["before a fence that was never opened", '[{"a": 1}]\n```', [{ a: 1 }]],
    ["one object a line", '{"a": 1}\n{"a": "}{"}', [{ a: 1 }, { a: "}{" }]],
    ["objects without the brackets of their list", '{"a": 1}, {"a": 2},', [{ a: 1 }, { a: 2 }]],
    ["in prose", 'I see [{"a": "ящик"}] there.', [{ a: "ящик" }]],
    ["an object in prose", 'text {"a": {"b": [1]}} text', { a: { b: [1] } }],
  ])("is found %s", (_, answer, json) => {
    expect(answerJson(answer)).toEqual(json);
  });

  it.each(["", "no JSON", "null", '"text"', "3", '{"a": 1', "{'a': 1}", '{"a": 1} and {"a": 2}'])(
    "is not in %j",
    (answer) => {
      expect(answerJson(answer)).toBeUndefined();
    },
  );
});
