import { boxesStep, trackSteps } from "./daemon.ts";

/** Shapes found, tracked, and counted as they cross the line of a parameter. */
export function lineWorkflow(): object {
  return {
    version: "1.0",
    inputs: [
      { type: "WorkflowImage", name: "image" },
      { type: "WorkflowParameter", name: "line", kind: ["list_of_values"] },
      { type: "WorkflowParameter", name: "confidence", kind: ["float_zero_to_one"], default_value: 0.5 },
    ],
    steps: [
      ...trackSteps,
      {
        type: "roboflow_core/line_counter@v2",
        name: "counter",
        image: "$inputs.image",
        detections: "$steps.tracker.tracked_detections",
        line_segment: "$inputs.line",
      },
      boxesStep,
    ],
    outputs: [
      { type: "JsonField", name: "in", selector: "$steps.counter.count_in" },
      { type: "JsonField", name: "out", selector: "$steps.counter.count_out" },
      { type: "JsonField", name: "picture", selector: "$steps.boxes.image" },
    ],
  };
}
