import { z } from "zod";
import { PIXELS } from "../../query/operation.ts";
import { compileStatement, statementSchema } from "../../query/query.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef, refMap, stepRefs } from "../contract/fields.ts";
import { isWithin, secondsOf } from "./step-clock.ts";

export const continueIfV1 = defineBlock({
  type: "roboflow_core/continue_if@v1",
  aliases: ["ContinueIf"],
  category: "flow",
  summary: "Lets steps run only where a condition holds.",
  inputs: () =>
    z.object({
      condition_statement: statementSchema().describe("Condition on the named values."),
      evaluation_parameters: refMap(["*"], null).default({}).describe("Values by the names that the condition uses."),
      next_steps: stepRefs().describe("Steps that run where the condition holds."),
      stop_delay: orRef(z.number(), "float")
        .default(0)
        .describe("Seconds for which the steps go on after the condition last held; counted for each camera."),
    }),
  outputs: {},
  flow: true,
  example: {
    condition_statement: {
      type: "StatementGroup",
      statements: [
        {
          type: "BinaryStatement",
          left_operand: { type: "DynamicOperand", operand_name: "left", operations: [{ type: "SequenceLength" }] },
          comparator: { type: "(Number) >" },
          right_operand: { type: "StaticOperand", value: 0 },
        },
      ],
    },
    evaluation_parameters: { left: "$steps.model.predictions" },
    next_steps: ["$steps.count"],
  },
  prepare: ({ condition_statement }) => compileStatement(condition_statement),
  state: () => ({ heldAt: null as number | null }),
  keeps: [],
  run: ({ evaluation_parameters, next_steps, stop_delay }, { prepared, state, services, frame }) => {
    const isHeld = prepared({ ...evaluation_parameters, [PIXELS]: services.pixels });
    if (stop_delay <= 0) return isHeld ? next_steps : [];
    const now = secondsOf(Object.values(evaluation_parameters), frame);
    if (isHeld) state.heldAt = now;
    return isWithin(stop_delay, state.heldAt, now, true) ? next_steps : [];
  },
});
