import { describe, expect, it } from "vitest";
import { z } from "zod";
import { CompileError } from "../../src/base/errors.ts";
import {
  compileOperations,
  compileStatement,
  OPERATIONS,
  operationsSchema,
  statementSchema,
} from "../../src/query/query.ts";

function faults(compile: () => unknown): string {
  try {
    compile();
  } catch (thrown) {
    if (thrown instanceof CompileError) return thrown.message;
  }
  throw new Error("it compiled");
}

describe("malformed queries", () => {
  it("operations are refused with what was found and what is known", () => {
    const operations = [
      { type: "Multply", other: 3 },
      { type: "Multiply" },
      { type: "DoesNothing" },
      { type: 3 },
      "SequenceLength",
      { type: "StringMatches", regex: "(" },
      { type: "StringMatches", regex: "(?L)a" },
      { type: "DetectionsRename", class_map: 3 },
      { type: "ToNumber", cast_to: "double" },
      { type: "SequenceApply", operations: [{ type: "NumberRound", decimal_digits: 1.5 }] },
    ];
    expect(faults(() => compileOperations(operations))).toMatchInlineSnapshot(`
      "/0/type: unknown operation type "Multply"; did you mean "Multiply"? [QUERY_MALFORMED]
      /1/other: Invalid input: expected number, received undefined [QUERY_MALFORMED]
      /2/type: unknown operation type "DoesNothing"; known: StringToLowerCase, StringToUpperCase, StringSubSequence, StringMatches, ToNumber, NumberRound, Multiply, Divide, RandomNumber, ToString, ToBoolean, LookupTable, DetectionsToDictionary, ConvertDictionaryToJSON, TimestampToISOFormat, SequenceApply, SequenceMap, SequenceAggregate, NumericSequenceAggregate, SequenceLength, SequenceElementsCount, SequenceJoin, DetectionsFilter, DetectionsSelection, SortDetections, DetectionsOffset, DetectionsShift, PickDetectionsByParentClass, DetectionsPropertyExtract, ExtractDetectionProperty, DetectionsRename, ClassificationPropertyExtract, ExtractImageProperty, ExtractFrameMetadata, ConvertImageToJPEG, ConvertImageToBase64 [QUERY_MALFORMED]
      /3/type: expected an operation with a "type" that is a text [QUERY_MALFORMED]
      /4: expected an operation, an object with a "type" [QUERY_MALFORMED]
      /5/regex: cannot read the regular expression: missing ), unterminated subpattern [QUERY_MALFORMED]
      /6/regex: cannot read the regular expression: the flag "L" has no counterpart [QUERY_MALFORMED]
      /7/class_map: expected a dictionary of class names, or the name of the parameter that holds one [QUERY_MALFORMED]
      /8/cast_to: Invalid option: expected one of "int"|"float" [QUERY_MALFORMED]
      /9/operations/0/decimal_digits: Invalid input: expected int, received number [QUERY_MALFORMED]"
    `);
  });

  it("statements are refused with what was found and what is known", () => {
    const left_operand = { type: "DynamicOperand" };
    const group = {
      type: "StatementGroup",
      operator: "xor",
      statements: [
        { type: "BinaryStatment" },
        {
          type: "BinaryStatement",
          left_operand,
          comparator: { type: "(Number) =>" },
          right_operand: { type: "Static" },
        },
        { type: "UnaryStatement", operand: left_operand, operator: { type: "Exist" } },
        { type: "StatementGroup", statements: [] },
      ],
    };
    expect(faults(() => compileStatement(group))).toMatchInlineSnapshot(`
      "/statements/0/type: unknown statement type "BinaryStatment"; did you mean "BinaryStatement"? [QUERY_MALFORMED]
      /statements/1/comparator/type: unknown comparator type "(Number) =>"; did you mean "(Number) =="? [QUERY_MALFORMED]
      /statements/1/right_operand/type: unknown operand type "Static"; known: StaticOperand, DynamicOperand [QUERY_MALFORMED]
      /statements/2/operator/type: unknown operator type "Exist"; did you mean "Exists"? [QUERY_MALFORMED]
      /statements/3/statements: Too small: expected array to have >=1 items [QUERY_MALFORMED]
      /operator: Invalid option: expected one of "and"|"or" [QUERY_MALFORMED]"
    `);
  });
});

describe("the schemas", () => {
  it("describe every operation and property, and become JSON schema", () => {
    for (const schema of OPERATIONS.map((operation) => operation.schema())) {
      expect(schema.description).toBeTruthy();
      for (const field of Object.values(schema.shape)) expect((field as z.ZodType).description).toBeTruthy();
    }
    const json = z.toJSONSchema(z.object({ a: operationsSchema(), b: statementSchema() }), { io: "input" });
    expect(Object.keys(json.$defs ?? {})).toEqual(expect.arrayContaining(["Operation", "StatementGroup"]));
  });

  it("accept what they produced, so a parsed query can be compiled", () => {
    const parsed = operationsSchema().parse([{ type: "StringSubSequence", unknown: 1 }]);
    expect(parsed).toEqual([{ type: "StringSubSequence", start: 0, end: -1 }]);
    expect(compileOperations(parsed)("abc", {})).toBe("ab");
  });
});
