import { z } from "zod";
import { BugError, messageOf, StepError } from "../base/errors.ts";
import { COMPARATORS, TESTS } from "./comparators.ts";
import { type Condition, type Nested, type Operands, type OperationNode, unknownType } from "./operation.ts";
import { queryError, type Site } from "./query-error.ts";

type Operand =
  | { type: "StaticOperand"; value: unknown; operations: OperationNode[] }
  | { type: "DynamicOperand"; operand_name: string; operations: OperationNode[] };

interface BinaryStatement {
  type: "BinaryStatement";
  left_operand: Operand;
  comparator: { type: string };
  right_operand: Operand;
  negate: boolean;
}

interface UnaryStatement {
  type: "UnaryStatement";
  operand: Operand;
  operator: { type: string };
  negate: boolean;
}

export interface StatementGroup {
  type: "StatementGroup";
  statements: (BinaryStatement | UnaryStatement | StatementGroup)[];
  operator: "and" | "or";
}

type Chains = Pick<Nested, "chainSchema" | "compileChain">;

/** The schema of statement groups, given that of operations. */
export function statementGroupSchema(chainSchema: Nested["chainSchema"]): z.ZodType<StatementGroup> {
  const operand = operandSchema(chainSchema);
  const negate = z.boolean().default(false).describe("Turns the answer round.");
  const binary = z.object({
    type: z.literal("BinaryStatement").describe("Compares two operands."),
    left_operand: operand.describe("Value that is compared."),
    comparator: named("comparator", Object.keys(COMPARATORS)).describe("How it is compared."),
    right_operand: operand.describe("Value to compare with."),
    negate,
  });
  const unary = z.object({
    type: z.literal("UnaryStatement").describe("Tests one operand."),
    operand: operand.describe("Value that is tested."),
    operator: named("operator", Object.keys(TESTS)).describe("What it is tested for."),
    negate,
  });
  const statements: z.ZodType<StatementGroup["statements"]> = z.lazy(() => z.array(statement).min(1));
  const group = z.object({
    type: z.literal("StatementGroup").describe("Several statements."),
    statements: statements.describe("Statements; all of them are evaluated."),
    operator: z.enum(["and", "or"]).default("or").describe("Whether all of them must hold, or any."),
  });
  const names = ["BinaryStatement", "UnaryStatement", "StatementGroup"];
  const statement = z.discriminatedUnion("type", [binary, unary, group], { error: unknownType("statement", names) });
  return group.meta({ id: "StatementGroup" });
}

function operandSchema(chainSchema: Nested["chainSchema"]): z.ZodType<Operand> {
  const operations = chainSchema().default([]).describe("Operations applied to the value first.");
  const fixed = z.object({
    type: z.literal("StaticOperand").describe("A value written here."),
    value: z.unknown().describe("The value."),
    operations,
  });
  const dynamic = z.object({
    type: z.literal("DynamicOperand").describe("A named value of the step."),
    operand_name: z.string().default("_").describe("Its name; _ is the detection in a filter."),
    operations,
  });
  const error = unknownType("operand", ["StaticOperand", "DynamicOperand"]);
  return z.discriminatedUnion("type", [fixed, dynamic], { error });
}

function named(what: string, names: readonly string[]): z.ZodType<{ type: string }> {
  const error = (issue: { input?: unknown }) => unknownType(what, names)({ input: { type: issue.input } });
  return z.object({ type: z.enum(names, { error }).describe(`Name of the ${what}.`) });
}

/** Turns a statement group into a function; all of its statements are evaluated, so each may fail it. */
export function compileGroup(group: StatementGroup, path: string, chains: Chains): Condition {
  const conditions = group.statements.map((statement, i) => {
    const at = `${path}/statements/${i}`;
    return statement.type === "StatementGroup"
      ? compileGroup(statement, at, chains)
      : guarded(compileStatement(statement, at, chains), { name: statement.type, path: at });
  });
  const [only] = conditions;
  if (conditions.length === 1 && only !== undefined) return only;
  const isAnd = group.operator === "and";
  return (operands) => {
    let holds = isAnd;
    for (const condition of conditions) {
      const next = condition(operands);
      holds = isAnd ? next && holds : next || holds;
    }
    return holds;
  };
}

function compileStatement(statement: BinaryStatement | UnaryStatement, at: string, chains: Chains): Condition {
  const { negate } = statement;
  if (statement.type === "UnaryStatement") {
    const site = { name: statement.operator.type, path: at };
    const test = entry(TESTS, statement.operator.type);
    const operand = compileOperand(statement.operand, `${at}/operand`, chains);
    return (operands) => test(operand(operands), site) !== negate;
  }
  const site = { name: statement.comparator.type, path: at };
  const compare = entry(COMPARATORS, statement.comparator.type);
  const left = compileOperand(statement.left_operand, `${at}/left_operand`, chains);
  const right = compileOperand(statement.right_operand, `${at}/right_operand`, chains);
  return (operands) => compare(left(operands), right(operands), site) !== negate;
}

function entry<T>(table: Readonly<Record<string, T>>, name: string): T {
  const found = table[name];
  if (found === undefined) throw new BugError(`the schema let "${name}" through, which is no comparator`);
  return found;
}

function compileOperand(operand: Operand, at: string, chains: Chains): (operands: Operands) => unknown {
  const chain = chains.compileChain(operand.operations, `${at}/operations`);
  if (operand.type === "StaticOperand") {
    const { value, operations } = operand;
    return operations.length === 0 ? () => value : (operands) => chain(value, operands);
  }
  const name = operand.operand_name;
  const site = { name: "DynamicOperand", path: at };
  return (operands) => {
    if (!Object.hasOwn(operands, name)) {
      throw queryError("UndeclaredSymbolError", `there is no value named "${name}"`, site);
    }
    return chain(operands[name], operands);
  };
}

/** Errors of queries pass; anything else becomes one. */
function guarded(condition: Condition, site: Site): Condition {
  return (operands) => {
    try {
      return condition(operands);
    } catch (thrown) {
      if (thrown instanceof StepError) throw thrown;
      throw queryError("EvaluationEngineError", messageOf(thrown), site, thrown);
    }
  };
}
