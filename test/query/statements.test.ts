import { describe, expect, it } from "vitest";
import { StepError } from "../../src/base/errors.ts";
import type { Operands } from "../../src/query/operation.ts";
import { compileStatement } from "../../src/query/query.ts";

type Properties = Record<string, unknown>;

const operand = (operand_name: string) => ({ type: "DynamicOperand", operand_name });

function binary(comparator: string, more: Properties = {}): Properties {
  const operands = { left_operand: operand("a"), right_operand: operand("b") };
  return { type: "BinaryStatement", comparator: { type: comparator }, ...operands, ...more };
}

function unary(operator: string, more: Properties = {}): Properties {
  return { type: "UnaryStatement", operator: { type: operator }, operand: operand("a"), ...more };
}

function evaluate(statements: Properties[], operands: Operands, operator?: string): boolean {
  const group = { type: "StatementGroup", statements, ...(operator === undefined ? {} : { operator }) };
  return compileStatement(group)(operands);
}

function failure(statements: Properties[], operands: Operands): string {
  try {
    evaluate(statements, operands);
  } catch (thrown) {
    if (thrown instanceof StepError) return `${thrown.details["class"]}: ${thrown.message} ${thrown.details["path"]}`;
  }
  throw new Error("it did not fail");
}

const square = [
  [0, 0],
  [10, 0],
  [10, 10],
  [0, 10],
];

describe("statements", () => {
  it.each<[string, unknown, unknown, boolean]>([
    ["(Number) ==", 1, true, true],
    ["==", "a", "a", true],
    ["==", [1, { a: null }], [1, { a: null }], true],
    ["==", 1, "1", false],
    ["!=", Number.NaN, Number.NaN, true],
    ["(Number) !=", 1, 2, true],
    ["(Number) >", 2, 1, true],
    ["(Number) >", 1, 1, false],
    ["(Number) >=", 1, 1, true],
    ["(Number) <", 1, 1, false],
    ["(Number) <=", 1, 1, true],
    ["(Number) <=", Number.NaN, 1, false],
    ["(Number) <", "abc", "abd", true],
    ["(Number) <", [1, 2], [1, 2, 0], true],
    ["(Number) in range", 5, [5, 7], true],
    ["(Number) in range", 7.1, [5, 7], false],
    ["(String) startsWith", "abc", "ab", true],
    ["(String) endsWith", "abc", "ab", false],
    ["(String) contains", "abc", "b", true],
    ["in (Sequence)", 1, [2, 1], true],
    ["in (Sequence)", "a", { a: 1 }, true],
    ["in (Sequence)", "b", "abc", true],
    ["any in (Sequence)", [1, 9], [9, 8], true],
    ["any in (Sequence)", [], [9, 8], false],
    ["all in (Sequence)", [1, 9], [9, 8], false],
    ["all in (Sequence)", [], [9, 8], true],
    ["(Detection) in zone", [5, 5], square, true],
    ["(Detection) in zone", [0, 5], square, false],
    ["(Detection) in zone", [10, 10], square, false],
    ["(Detection) in zone", [11, 5], square, false],
  ])("%s of %j and %j", (comparator, a, b, expected) => {
    expect(evaluate([binary(comparator)], { a, b })).toBe(expected);
    expect(evaluate([binary(comparator, { negate: true })], { a, b })).toBe(!expected);
  });

  it.each<[string, unknown, boolean]>([
    ["Exists", 0, true],
    ["Exists", null, false],
    ["DoesNotExist", null, true],
    ["(Boolean) is True", true, true],
    ["(Boolean) is True", 1, false],
    ["(Boolean) is False", false, true],
    ["(Boolean) is False", null, false],
    ["(Sequence) is empty", [], true],
    ["(Sequence) is not empty", "a", true],
  ])("%s of %j", (operator, a, expected) => {
    expect(evaluate([unary(operator)], { a })).toBe(expected);
    expect(evaluate([unary(operator, { negate: true })], { a })).toBe(!expected);
  });

  it("groups ask for any statement unless told to ask for all, and may nest", () => {
    const statements = [unary("Exists"), unary("DoesNotExist")];
    expect(evaluate(statements, { a: 1 })).toBe(true);
    expect(evaluate(statements, { a: 1 }, "and")).toBe(false);
    const nested = { type: "StatementGroup", operator: "and", statements };
    expect(evaluate([nested, unary("Exists")], { a: 1 })).toBe(true);
    expect(evaluate([nested, unary("Exists")], { a: null }, "and")).toBe(false);
  });

  it("operands go through their operations, static ones too", () => {
    const left_operand = { type: "StaticOperand", value: "abc", operations: [{ type: "SequenceLength" }] };
    expect(evaluate([binary("==", { left_operand })], { b: 3 })).toBe(true);
  });

  it("every statement is evaluated, so one that fails fails the group", () => {
    const statements = [unary("Exists"), binary("(Number) >")];
    expect(() => evaluate(statements, { a: 1, b: "x" })).toThrow(StepError);
  });

  it("failures keep the class of the reference and say where they happened", () => {
    const lower = { type: "DynamicOperand", operand_name: "a", operations: [{ type: "StringToLowerCase" }] };
    const failures = [
      failure([unary("Exists")], { b: 1 }),
      failure([binary("(Number) >")], { a: 1, b: "x" }),
      failure([unary("Exists"), binary("==", { left_operand: lower })], { a: 1, b: "x" }),
      failure([binary("(Number) in range")], { a: 1, b: 2 }),
      failure([binary("(String) startsWith")], { a: 1, b: "x" }),
      failure([binary("in (Sequence)")], { a: 1, b: "x" }),
      failure([binary("any in (Sequence)")], { a: 1, b: [1] }),
      failure([binary("(Detection) in zone")], { a: [1, 2], b: [[1, 2]] }),
      failure([unary("(Sequence) is empty")], { a: null }),
    ];
    expect(failures.join("\n")).toMatchInlineSnapshot(`
      "UndeclaredSymbolError: DynamicOperand: there is no value named "a" /statements/0/operand
      EvaluationEngineError: (Number) >: cannot compare the number 1 with the text "x" /statements/0
      InvalidInputTypeError: StringToLowerCase: expected a text, got the number 1 /statements/1/left_operand/operations/0
      EvaluationEngineError: (Number) in range: expected a list of two numbers as range, got the number 2 /statements/0
      EvaluationEngineError: (String) startsWith: expected a text, got the number 1 /statements/0
      EvaluationEngineError: in (Sequence): cannot look for the number 1 in the text "x" /statements/0
      EvaluationEngineError: any in (Sequence): expected a sequence, got the number 1 /statements/0
      EvaluationEngineError: (Detection) in zone: expected a polygon of at least three points, got a list of 1 /statements/0
      EvaluationEngineError: (Sequence) is empty: null has no length /statements/0"
    `);
  });
});

describe("integers beyond 2^53 from code", () => {
  const large = 2n ** 60n;

  it("a list or a dictionary is no key to look for in a dictionary", () => {
    const message = "cannot look for";
    expect(failure([binary("in (Sequence)")], { a: { k: 1 }, b: { k: 1 } })).toContain(message);
    expect(failure([binary("in (Sequence)")], { a: [1], b: { k: 1 } })).toContain(message);
    expect(failure([binary("(String) contains")], { a: { k: 1 }, b: { k: 1 } })).toContain(message);
    expect(evaluate([binary("in (Sequence)")], { a: 1, b: { k: 1 } })).toBe(false);
  });

  it("are compared without loss, also with numbers", () => {
    expect(evaluate([binary("(Number) >")], { a: large + 1n, b: large })).toBe(true);
    expect(evaluate([binary("==")], { a: large + 1n, b: large })).toBe(false);
    expect(evaluate([binary("==")], { a: large, b: 2 ** 60 })).toBe(true);
    expect(evaluate([binary("(Number) <")], { a: 5, b: large })).toBe(true);
    expect(evaluate([binary("(Number) in range")], { a: large, b: [0, 2 ** 61] })).toBe(true);
    expect(evaluate([binary("in (Sequence)")], { a: large, b: [1, large] })).toBe(true);
  });
});
