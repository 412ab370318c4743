import { describe, expect, it } from "vitest";
import {
  detectionsFilterV1,
  detectionsTransformationV1,
} from "../../../../src/blocks/transformation/change/detections-query.ts";
import { detection, detectionsOf, openStep } from "../../../query/run.ts";

const car = detection({ detectionId: "car", confidence: 0.9 });
const bus = detection({ detectionId: "bus", class: "bus", confidence: 0.4 });

describe("detections_filter", () => {
  it("keeps the detections of its example's class", () => {
    const step = openStep(detectionsFilterV1, detectionsFilterV1.example);
    expect(step({ predictions: detectionsOf(bus, car) })).toEqual({ predictions: detectionsOf(car) });
  });

  it("compares with named values, which may differ from element to element", () => {
    const confidence = [{ type: "ExtractDetectionProperty", property_name: "confidence" }];
    const filter_operation = {
      type: "StatementGroup",
      statements: [
        {
          type: "BinaryStatement",
          left_operand: { type: "DynamicOperand", operations: confidence },
          comparator: { type: "(Number) >=" },
          right_operand: { type: "DynamicOperand", operand_name: "limit" },
        },
      ],
    };
    const step = openStep(detectionsFilterV1, { operations: [{ type: "DetectionsFilter", filter_operation }] });
    const run = (limit: number) => step({ predictions: detectionsOf(bus, car), operations_parameters: { limit } });
    expect(run(0.5)).toEqual({ predictions: detectionsOf(car) });
    expect(run(0.1)).toEqual({ predictions: detectionsOf(bus, car) });
  });
});

describe("detections_transformation", () => {
  it("applies its example's offset", () => {
    const step = openStep(detectionsTransformationV1, detectionsTransformationV1.example);
    const moved = detection({ box: [-10, -10, 20, 30] });
    expect(step({ predictions: detectionsOf(detection()) })).toEqual({ predictions: detectionsOf(moved) });
  });

  it("refuses operations that do not end in detections, and the reserved name", () => {
    const step = openStep(detectionsTransformationV1, { operations: [{ type: "SequenceLength" }] });
    expect(() => step({ predictions: detectionsOf() })).toThrow(
      "the operations must give detections again, but gave the number 0",
    );
    expect(() => step({ predictions: detectionsOf(), operations_parameters: { _: 1 } })).toThrow(
      'operations_parameters has the name "_", which is reserved for the detection in a filter',
    );
  });
});
