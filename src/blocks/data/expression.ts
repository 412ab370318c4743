import { z } from "zod";
import { BugError } from "../../base/errors.ts";
import { lazy } from "../../base/lazy.ts";
import { compileDataOperations, dataOperations, namedValue } from "../../query/operated-data.ts";
import { PIXELS, unknownType } from "../../query/operation.ts";
import { compileOperations, compileStatement, operationsSchema, statementSchema } from "../../query/query.ts";
import { defineBlock } from "../contract/block.ts";
import { refMap } from "../contract/fields.ts";

const fixed = lazy(() =>
  z.object({
    type: z.literal("StaticCaseResult").describe("A value written here."),
    value: z.unknown().describe("The value."),
  }),
);
const dynamic = lazy(() =>
  z.object({
    type: z.literal("DynamicCaseResult").describe("A named value."),
    parameter_name: z.string().describe("Its name in data."),
    operations: operationsSchema().nullable().default(null).describe("Operations applied to it first."),
  }),
);
const result = lazy(() =>
  z.discriminatedUnion("type", [fixed(), dynamic()], {
    error: unknownType("result", ["StaticCaseResult", "DynamicCaseResult"]),
  }),
);
const cases = lazy(() =>
  z.object({
    type: z.literal("CasesDefinition").describe("Cases, tried from first to last."),
    cases: z
      .array(
        z.object({
          type: z.literal("CaseDefinition").describe("A condition and its result."),
          condition: statementSchema().describe("Condition on the named values."),
          result: result().describe("Result where the condition is the first that holds."),
        }),
      )
      .describe("Cases; the first whose condition holds gives the result."),
    default: result().describe("Result where no condition holds."),
  }),
);

type Values = Readonly<Record<string, unknown>>;
type Result = z.output<ReturnType<typeof result>>;
type Cases = z.output<ReturnType<typeof cases>>;

export const expressionV1 = defineBlock({
  type: "roboflow_core/expression@v1",
  aliases: ["Expression"],
  category: "data",
  summary: "Gives the value of the first case whose condition holds.",
  inputs: () =>
    z.object({
      data: refMap(["*"], null).describe("Values by the names that conditions and results use."),
      data_operations: dataOperations().describe("Operations on the values, by name, done before the cases are tried."),
      switch: cases().describe("The cases."),
    }),
  outputs: { output: "*" },
  example: {
    data: { count: "$steps.model.predictions" },
    data_operations: { count: [{ type: "SequenceLength" }] },
    switch: {
      type: "CasesDefinition",
      cases: [
        {
          type: "CaseDefinition",
          condition: {
            type: "StatementGroup",
            statements: [
              {
                type: "BinaryStatement",
                left_operand: { type: "DynamicOperand", operand_name: "count" },
                comparator: { type: "(Number) >" },
                right_operand: { type: "StaticOperand", value: 3 },
              },
            ],
          },
          result: { type: "StaticCaseResult", value: "crowded" },
        },
      ],
      default: { type: "DynamicCaseResult", parameter_name: "count" },
    },
  },
  prepare: (literals) => {
    if (literals.switch === undefined) throw new BugError("an expression came without its cases");
    const operate = compileDataOperations(literals.data_operations);
    const choose = compileCases(literals.switch);
    return (data: Values) => choose(operate(data));
  },
  run: ({ data }, { prepared, services }) => ({ output: prepared({ ...data, [PIXELS]: services.pixels }) }),
});

function compileCases(definition: Cases): (values: Values) => unknown {
  const compiled = definition.cases.map(({ condition, result }) => {
    return { holds: compileStatement(condition), give: compileResult(result) };
  });
  const otherwise = compileResult(definition.default);
  return (values) => (compiled.find(({ holds }) => holds(values))?.give ?? otherwise)(values);
}

function compileResult(definition: Result): (values: Values) => unknown {
  if (definition.type === "StaticCaseResult") return () => definition.value;
  const evaluate = compileOperations(definition.operations ?? []);
  return (values) => evaluate(namedValue(values, definition.parameter_name), values);
}
