import { describe, expect, it } from "vitest";
import { StepError } from "../../src/base/errors.ts";
import { compileOperations } from "../../src/query/query.ts";

type Properties = Record<string, unknown>;

function apply(type: string, properties: Properties, value: unknown): unknown {
  return compileOperations([{ type, ...properties }])(value, {});
}

/** Class of the reference and message of the failure. */
function failure(type: string, properties: Properties, value: unknown): string {
  try {
    apply(type, properties, value);
  } catch (thrown) {
    if (thrown instanceof StepError) return `${thrown.details["class"]}: ${thrown.message}`;
  }
  throw new Error("it did not fail");
}

type Row = [type: string, properties: Properties, value: unknown, expected: unknown];

const ROWS: Row[] = [
  ["StringToLowerCase", {}, "AbC", "abc"],
  ["StringToUpperCase", {}, "AbC", "ABC"],
  ["StringSubSequence", {}, "hello", "hell"],
  ["StringSubSequence", { start: 1, end: 3 }, "hello", "el"],
  ["StringSubSequence", { start: -3, end: 100 }, "hello", "llo"],
  ["StringSubSequence", { start: 3, end: 1 }, "hello", ""],
  ["StringSubSequence", { start: 1, end: 2 }, "a😀b", "😀"],
  ["StringMatches", { regex: "l+o$" }, "hello", true],
  ["StringMatches", { regex: "^l" }, "hello", false],
  ["StringMatches", { regex: "(?i)(?P<x>H)E(?P=x)?" }, "hello", true],
  ["StringMatches", { regex: "o$" }, "hello\n", true],
  ["StringMatches", { regex: "o\\Z" }, "hello\n", false],
  ["StringMatches", { regex: "^[A-Z]{2}\\-\\d+$" }, "AB-12", true],
  ["ToString", {}, true, "True"],
  ["ToString", {}, null, "None"],
  ["ToString", {}, [1, "a", [2.5, false]], "[1, 'a', [2.5, False]]"],
  ["ToString", {}, { a: "it's", b: null }, "{'a': \"it's\", 'b': None}"],
  ["ToString", {}, 0.00001, "1e-05"],
  ["ToString", {}, 0.0001, "0.0001"],
  ["ToString", {}, 1e21, "1000000000000000000000"],
  ["ToString", {}, Number.NaN, "nan"],
  ["ToString", {}, "text", "text"],
  ["ToString", {}, new Date(0), "1970-01-01 00:00:00.000000+00:00"],
  ["ToBoolean", {}, "", false],
  ["ToBoolean", {}, "False", true],
  ["ToBoolean", {}, 0, false],
  ["ToBoolean", {}, {}, false],
  ["ToBoolean", {}, [0], true],
  ["ToNumber", { cast_to: "int" }, " 12.9 ", 12],
  ["ToNumber", { cast_to: "int" }, -1.9, -1],
  ["ToNumber", { cast_to: "float" }, "1_000.5e1", 10005],
  ["ToNumber", { cast_to: "float" }, "-Infinity", Number.NEGATIVE_INFINITY],
  ["ToNumber", { cast_to: "float" }, "nan", Number.NaN],
  ["ToNumber", { cast_to: "int" }, true, 1],
  ["NumberRound", { decimal_digits: 0 }, 2.5, 2],
  ["NumberRound", { decimal_digits: 0 }, 3.5, 4],
  ["NumberRound", { decimal_digits: 2 }, 2.675, 2.67],
  ["NumberRound", { decimal_digits: 2 }, 0.125, 0.12],
  ["NumberRound", { decimal_digits: 2 }, 0.375, 0.38],
  ["NumberRound", { decimal_digits: 1 }, -0.25, -0.2],
  ["NumberRound", { decimal_digits: -2 }, 250, 200],
  ["NumberRound", { decimal_digits: -2 }, 350, 400],
  ["NumberRound", { decimal_digits: 400 }, 1.1, 1.1],
  ["Multiply", { other: 1.5 }, 4, 6],
  ["Multiply", { other: 2 }, "ab", "abab"],
  ["Multiply", { other: 2 }, [[1], 2], [[1], 2, [1], 2]],
  ["Multiply", { other: -1 }, "ab", ""],
  ["Divide", { other: 4 }, 10, 2.5],
  ["RandomNumber", { min_value: 3, max_value: 3 }, "anything", 3],
  ["LookupTable", { lookup_table: { a: 1 } }, "a", 1],
  ["LookupTable", { lookup_table: { 7: "seven", True: "yes" } }, 7, "seven"],
  ["LookupTable", { lookup_table: { 7: "seven", True: "yes" } }, true, "yes"],
  ["SequenceMap", { lookup_table: { a: 1, b: null } }, ["b", "a"], [null, 1]],
  ["SequenceApply", { operations: [{ type: "StringToUpperCase" }] }, ["a", "b"], ["A", "B"]],
  ["SequenceAggregate", { mode: "first" }, [3, 4], 3],
  ["SequenceAggregate", { mode: "last" }, [3, 4], 4],
  ["SequenceAggregate", { mode: "most_common" }, ["a", "b", "b", "c", "c"], "b"],
  ["SequenceAggregate", { mode: "least_common" }, ["a", "a", "b", "c"], "c"],
  ["NumericSequenceAggregate", { function: "min" }, [3, 1, 2], 1],
  ["NumericSequenceAggregate", { function: "max" }, [3, 1, 2], 3],
  ["NumericSequenceAggregate", { function: "sum" }, [3, true, 2.5], 6.5],
  ["NumericSequenceAggregate", { function: "sum" }, [], null],
  ["NumericSequenceAggregate", { function: "sum", neutral_value: 0 }, [], 0],
  ["SequenceLength", {}, "a😀", 2],
  ["SequenceLength", {}, { a: 1, b: 2 }, 2],
  ["SequenceElementsCount", {}, ["a", "b", "a", 1, "1"], { a: 2, b: 1, 1: 2 }],
  ["SequenceJoin", {}, ["a", 1, null, true], "a, 1, None, True"],
  ["SequenceJoin", { separator: "-" }, [], ""],
  [
    "ConvertDictionaryToJSON",
    {},
    { a: [1, Number.NaN], at: new Date(0) },
    '{"a":[1,null],"at":"1970-01-01T00:00:00.000Z"}',
  ],
  ["TimestampToISOFormat", {}, new Date(1000), "1970-01-01T00:00:01.000Z"],
  ["ClassificationPropertyExtract", { property_name: "top_class" }, { top: "cat", confidence: 0.9 }, "cat"],
];

describe("operations on plain values", () => {
  it.each(ROWS)("%s %j of %j", (type, properties, value, expected) => {
    expect(apply(type, properties, value)).toEqual(expected);
  });

  it("a chain applies its operations from first to last, and an empty one changes nothing", () => {
    const chain = [
      { type: "StringToUpperCase" },
      { type: "StringSubSequence", start: 0, end: 2 },
      { type: "Multiply", other: 2 },
      { type: "SequenceLength" },
    ];
    expect(compileOperations(chain)("hello", {})).toBe(4);
    expect(compileOperations([])("hello", {})).toBe("hello");
  });

  it("a random number lies between its bounds", () => {
    const random = compileOperations([{ type: "RandomNumber", min_value: -2, max_value: 3 }]);
    for (let i = 0; i < 100; i++) expect(Math.abs((random(null, {}) as number) - 0.5)).toBeLessThanOrEqual(2.5);
  });

  it("a classification with several labels gives lists", () => {
    const value = {
      predictions: { dog: { confidence: 0.7, class_id: 1 }, cat: { confidence: 0.8, class_id: 0 } },
      predicted_classes: ["dog", "cat"],
    };
    const extract = (property_name: string) => apply("ClassificationPropertyExtract", { property_name }, value);
    expect(extract("top_class")).toEqual(["dog", "cat"]);
    expect(extract("top_class_confidence")).toEqual([0.7, 0.8]);
    expect(extract("top_class_confidence_single")).toBe(0.8);
    expect(extract("all_classes")).toEqual(["cat", "dog"]);
    expect(extract("all_confidences")).toEqual([0.8, 0.7]);
  });

  it("failures name the operation, what it takes and what it got", () => {
    const rows: Row[] = [
      ["StringToLowerCase", {}, 3, ""],
      ["StringMatches", { regex: "a" }, null, ""],
      ["ToNumber", { cast_to: "float" }, "0x10", ""],
      ["ToNumber", { cast_to: "int" }, "inf", ""],
      ["NumberRound", { decimal_digits: 1 }, "1.25", ""],
      ["Multiply", { other: 1.5 }, "ab", ""],
      ["Multiply", { other: 1_000_001 }, "a", ""],
      ["Divide", { other: 0 }, 1, ""],
      ["LookupTable", { lookup_table: { a: 1 } }, "b", ""],
      ["SequenceMap", { lookup_table: { a: 1 } }, 3, ""],
      ["SequenceApply", { operations: [] }, 3, ""],
      ["SequenceAggregate", { mode: "first" }, [], ""],
      ["SequenceAggregate", { mode: "most_common" }, [[1]], ""],
      ["NumericSequenceAggregate", { function: "max" }, [1, "a"], ""],
      ["NumericSequenceAggregate", { function: "sum" }, ["a"], ""],
      ["SequenceLength", {}, 3, ""],
      ["SequenceJoin", { separator: "" }, ["x".repeat(1_000_001)], ""],
      ["ConvertDictionaryToJSON", {}, [1], ""],
      ["TimestampToISOFormat", {}, "1970", ""],
      ["ClassificationPropertyExtract", { property_name: "top_class_confidence" }, { predicted_classes: ["a"] }, ""],
      ["ExtractImageProperty", { property_name: "size" }, {}, ""],
    ];
    expect(rows.map(([type, properties, value]) => failure(type, properties, value)).join("\n")).toMatchInlineSnapshot(`
      "InvalidInputTypeError: StringToLowerCase: expected a text, got the number 3
      InvalidInputTypeError: StringMatches: expected a text, got null
      InvalidInputTypeError: ToNumber: expected a number, a boolean or a text that is a number, got the text "0x10"
      InvalidInputTypeError: ToNumber: expected a finite number, got the text "inf"
      InvalidInputTypeError: NumberRound: expected a number, got the text "1.25"
      InvalidInputTypeError: Multiply: expected a number, or a text or list and a whole factor, got the text "ab"
      OperationError: Multiply: the result would have 1000001 elements, more than 1000000
      InvalidInputTypeError: Divide: cannot divide 1 by 0
      InvalidInputTypeError: LookupTable: expected one of the keys of the lookup table (a), got the text "b"
      InvalidInputTypeError: SequenceMap: expected a sequence, got the number 3
      InvalidInputTypeError: SequenceApply: expected a sequence, got the number 3
      InvalidInputTypeError: SequenceAggregate: expected a sequence with elements, got a list of 0
      InvalidInputTypeError: SequenceAggregate: expected elements that are texts or numbers, got a list of 1
      InvalidInputTypeError: NumericSequenceAggregate: expected elements that can be compared, got the text "a"
      InvalidInputTypeError: NumericSequenceAggregate: expected a sequence of numbers, got the text "a"
      InvalidInputTypeError: SequenceLength: expected something that has a length, got the number 3
      OperationError: SequenceJoin: the text would have 1000001 characters, more than 1000000
      InvalidInputTypeError: ConvertDictionaryToJSON: expected a dictionary, got a list of 1
      InvalidInputTypeError: TimestampToISOFormat: expected a timestamp, got the text "1970"
      InvalidInputTypeError: ClassificationPropertyExtract: the classification lacks predictions of the usual form
      InvalidInputTypeError: ExtractImageProperty: expected an image, got a dictionary of 0"
    `);
  });
});
