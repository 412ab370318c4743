import { z } from "zod";
import { StepError } from "../base/errors.ts";
import { lazy } from "../base/lazy.ts";
import { type Evaluate, type Operands, PIXELS } from "./operation.ts";
import { compileOperations, operationsSchema } from "./query.ts";

/** Operations by the name of the value that they change. */
export const dataOperations = lazy(() => z.record(z.string(), operationsSchema()).default({}));

/** Compiles operations on named values; the function gives the values with those operated on replaced. */
export function compileDataOperations(operations: Readonly<Record<string, unknown>> = {}) {
  const chains: [string, Evaluate][] = Object.entries(operations).map(([name, chain]) => {
    return [name, compileOperations(chain)];
  });
  return (data: Operands): Operands => {
    if (chains.length === 0) return data;
    const values: Record<string, unknown> & Operands = { ...data };
    const operands = { [PIXELS]: data[PIXELS] } as Operands;
    for (const [name, evaluate] of chains) values[name] = evaluate(namedValue(values, name), operands);
    return values;
  };
}

/** A named value; a name that is not there fails the step, as in the reference, which has no class of its own for it. */
export function namedValue(values: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(values, name)) return values[name];
  const known = Object.keys(values).join(", ");
  throw new StepError("QUERY_UNKNOWN_VALUE", `data: there is no value named "${name}"; there are: ${known}`);
}
