import { z } from "zod";
import { BugError, CompileError } from "../base/errors.ts";
import { type Issue, pointer } from "../base/issue.ts";
import { lazy } from "../base/lazy.ts";
import { CLASSIFICATION_OPERATIONS } from "./classification.ts";
import { CONVERSION_OPERATIONS } from "./conversions.ts";
import { PROPERTY_OPERATIONS } from "./detection-properties.ts";
import { detectionOperations } from "./detections.ts";
import { DETECTIONS_RENAME } from "./detections-rename.ts";
import { IMAGE_OPERATIONS } from "./images.ts";
import { NUMBER_OPERATIONS } from "./numbers.ts";
import {
  type Condition,
  type Evaluate,
  type Nested,
  type Operation,
  type OperationNode,
  unknownType,
} from "./operation.ts";
import { sequenceOperations } from "./sequences.ts";
import { compileGroup, type StatementGroup, statementGroupSchema } from "./statements.ts";
import { STRING_OPERATIONS } from "./strings.ts";

/** A chain of operations, applied from first to last; the empty chain changes nothing. */
export const operationsSchema: () => z.ZodType<OperationNode[]> = lazy(() => z.lazy(() => z.array(operationSchema())));

/** Statements that are true or false of the named values of a step. */
export const statementSchema: () => z.ZodType<StatementGroup> = lazy(() => statementGroupSchema(operationsSchema));

/** Compiles a chain of operations, as parsed or as written. Throws a CompileError that lists what is wrong with it. */
export function compileOperations(operations: unknown): Evaluate {
  return compileChain(parse(operationsSchema(), operations), "");
}

/** Compiles a statement group, as parsed or as written. Throws a CompileError that lists what is wrong with it. */
export function compileStatement(group: unknown): Condition {
  return compileGroup(parse(statementSchema(), group), "", { chainSchema: operationsSchema, compileChain });
}

const nested: Nested = {
  chainSchema: operationsSchema,
  groupSchema: statementSchema,
  compileChain,
  // What the schema parsed is a whole group; the circle between the two files hides that from the type.
  compileGroup: (group, path) => compileGroup(group as StatementGroup, path, nested),
};

/** Every operation of the language. */
export const OPERATIONS: readonly Operation[] = [
  ...STRING_OPERATIONS,
  ...NUMBER_OPERATIONS,
  ...CONVERSION_OPERATIONS,
  ...sequenceOperations(nested),
  ...detectionOperations(nested),
  ...PROPERTY_OPERATIONS,
  DETECTIONS_RENAME,
  ...CLASSIFICATION_OPERATIONS,
  ...IMAGE_OPERATIONS,
];

const byType = new Map(OPERATIONS.map((operation) => [operation.type, operation]));
const operationSchema = lazy(() => {
  const schemas = OPERATIONS.map(({ schema }) => schema()) as unknown as [z.core.$ZodTypeDiscriminable];
  const union = z.discriminatedUnion("type", schemas, { error: unknownType("operation", [...byType.keys()]) });
  return union.meta({ id: "Operation" }) as unknown as z.ZodType<OperationNode>;
});

function parse<T>(schema: z.ZodType<T>, query: unknown): T {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }): Issue => {
    return { code: "QUERY_MALFORMED", path: pointer(path), message, class: "WorkflowSyntaxError" };
  });
  throw new CompileError("QUERY_MALFORMED", issues);
}

function compileChain(operations: readonly OperationNode[], path: string): Evaluate {
  const steps = operations.map((operation, i) => compileOperation(operation, `${path}/${i}`));
  const [first, second, ...more] = steps;
  if (first === undefined) return (value) => value;
  if (second === undefined) return first;
  if (more.length === 0) return (value, operands) => second(first(value, operands), operands);
  return (value, operands) => {
    let result = value;
    for (const step of steps) result = step(result, operands);
    return result;
  };
}

function compileOperation(node: OperationNode, path: string): Evaluate {
  const operation = byType.get(node.type);
  if (operation === undefined) throw new BugError(`the operation "${node.type}" was parsed, but is not known`);
  // The schema of the same entry made the node, so it has the properties that its `compile` takes.
  return operation.compile(node as never, { name: node.type, path });
}
