import { z } from "zod";
import { StepError } from "../../../base/errors.ts";
import { lazy } from "../../../base/lazy.ts";
import { type Detections, isDetections } from "../../../kinds/detections.ts";
import type { PixelService } from "../../../kinds/pixel-service.ts";
import type { Evaluate } from "../../../query/operation.ts";
import { PIXELS } from "../../../query/operation.ts";
import { compileOperations, operationsSchema } from "../../../query/query.ts";
import { describeValue } from "../../../query/query-error.ts";
import { defineBlock } from "../../contract/block.ts";
import { ref, refMap } from "../../contract/fields.ts";

const inputs = lazy(() =>
  z.object({
    predictions: ref(
      "object_detection_prediction",
      "instance_segmentation_prediction",
      "keypoint_detection_prediction",
    ).describe("Detections to work on."),
    operations: operationsSchema().describe("Operations on the detections, applied in order."),
    operations_parameters: refMap(["*"])
      .default({})
      .describe("Named values that the operations can refer to; the name _ is reserved."),
  }),
);
const outputs = {
  predictions: ["object_detection_prediction", "instance_segmentation_prediction", "keypoint_detection_prediction"],
} as const;

export const detectionsFilterV1 = defineBlock({
  type: "roboflow_core/detections_filter@v1",
  aliases: ["DetectionsFilter"],
  category: "transformation",
  summary: "Keeps the detections for which a condition holds.",
  inputs,
  outputs,
  batches: ["predictions"],
  batchesOrScalars: ["operations_parameters"],
  example: {
    predictions: "$steps.model.predictions",
    operations: [{ type: "DetectionsFilter", filter_operation: classIs("car") }],
  },
  prepare: ({ operations }) => compileOperations(operations),
  run: (values, { prepared, services }) => transform(values, prepared, services.pixels),
});

export const detectionsTransformationV1 = defineBlock({
  type: "roboflow_core/detections_transformation@v1",
  aliases: ["DetectionsTransformation"],
  category: "transformation",
  summary: "Changes detections by a chain of operations.",
  inputs,
  outputs,
  batches: ["predictions"],
  batchesOrScalars: ["operations_parameters"],
  example: {
    predictions: "$steps.model.predictions",
    operations: [{ type: "DetectionsOffset", offset_x: 20, offset_y: 20 }],
  },
  prepare: ({ operations }) => compileOperations(operations),
  run: (values, { prepared, services }) => transform(values, prepared, services.pixels),
});

interface Values {
  predictions: Detections;
  operations_parameters: Record<string, unknown>;
}

function transform({ predictions, operations_parameters }: Values, evaluate: Evaluate, pixels: PixelService) {
  if (Object.hasOwn(operations_parameters, "_")) {
    const message = 'operations_parameters has the name "_", which is reserved for the detection in a filter';
    throw new StepError("QUERY_RESERVED_NAME", message);
  }
  const result = evaluate(predictions, { ...operations_parameters, [PIXELS]: pixels });
  if (isDetections(result)) return { predictions: result };
  const message = `the operations must give detections again, but gave ${describeValue(result)}`;
  throw new StepError("QUERY_RESULT_TYPE", message);
}

function classIs(name: string): Record<string, unknown> {
  const property = { type: "ExtractDetectionProperty", property_name: "class_name" };
  const statement = {
    type: "BinaryStatement",
    left_operand: { type: "DynamicOperand", operations: [property] },
    comparator: { type: "==" },
    right_operand: { type: "StaticOperand", value: name },
  };
  return { type: "StatementGroup", statements: [statement] };
}
