import type { MillraceError } from "../base/errors.ts";

const CLASSES: Readonly<Record<string, string>> = {
  QUERY_UNDECLARED_SYMBOL: "UndeclaredSymbolError",
  QUERY_INVALID_INPUT_TYPE: "InvalidInputTypeError",
  QUERY_OPERATION_FAILED: "OperationError",
  QUERY_EVALUATION_FAILED: "EvaluationEngineError",
  RUN_INPUT: "RuntimeInputError",
};

/** The reference's class of an error at run time. */
export function errorClass({ code }: MillraceError): string {
  return CLASSES[code] ?? (code.startsWith("RUN_INPUT") ? "RuntimeInputError" : "StepExecutionError");
}
