import { expect, it } from "vitest";
import { issuesOf } from "../helpers/open-plan.ts";

// Classes of errors as the reference's own engine gave them for definitions like these.

type Step = Record<string, unknown>;

const inputs = [
  { type: "WorkflowImage", name: "image" },
  { type: "WorkflowBatchInput", name: "found", kind: ["object_detection_prediction"] },
  { type: "WorkflowBatchInput", name: "x" },
  { type: "WorkflowParameter", name: "p" },
];
const template = (name: string): Step => ({ type: "roboflow_core/string_template@v1", name, template: name });
const drawn = { image: "$inputs.image", predictions: "$inputs.found" };
const holds = { type: "StatementGroup", statements: [] };

function classesOf(...steps: Step[]): (string | undefined)[] {
  const issues = issuesOf({ version: "1.0", inputs, steps, outputs: [] });
  return issues.map((issue) => issue.class);
}

const SYNTAX: Readonly<Record<string, Step[]>> = {
  "a colour map that the reference does not have": [
    { type: "roboflow_core/bounding_box_visualization@v1", name: "s", ...drawn, color_palette: "Matplotlib Turbo" },
  ],
  "the text of a label that names nothing": [
    { type: "roboflow_core/label_visualization@v1", name: "s", ...drawn, text: "No Such Thing" },
  ],
  "a step as data": [template("a"), { type: "roboflow_core/dimension_collapse@v1", name: "s", data: "$steps.a" }],
  "an input as a step": [
    {
      type: "roboflow_core/delta_filter@v1",
      name: "s",
      image: "$inputs.image",
      value: "$inputs.x",
      next_steps: ["$inputs.x"],
    },
  ],
  "one step for two cases": [
    template("a"),
    { type: "roboflow_core/switch_case@v1", name: "s", value: "$inputs.x", cases: { 1: "$steps.a", 2: "$steps.a" } },
  ],
  "cases that are the same without capitals": [
    template("a"),
    template("b"),
    {
      type: "roboflow_core/switch_case@v1",
      name: "s",
      value: "$inputs.x",
      cases: { Car: "$steps.a", car: "$steps.b" },
      case_insensitive: true,
    },
  ],
  "the output of a step where an input is meant": [
    { type: "roboflow_core/dynamic_crop@v1", name: "crop", images: "$inputs.image", predictions: "$inputs.found" },
    {
      type: "roboflow_core/line_counter@v2",
      name: "s",
      image: "$steps.crop.crops",
      detections: "$steps.crop.predictions",
      line_segment: [
        [0, 0],
        [1, 1],
      ],
    },
  ],
  "a literal among the values of a condition": [
    template("a"),
    {
      type: "roboflow_core/continue_if@v1",
      name: "s",
      condition_statement: {
        ...holds,
        statements: [
          {
            type: "UnaryStatement",
            operand: { type: "DynamicOperand", operand_name: "k" },
            operator: { type: "Exists" },
          },
        ],
      },
      evaluation_parameters: { k: 5 },
      next_steps: ["$steps.a"],
    },
  ],
  "a column of a table that the block has itself": [
    { type: "roboflow_core/csv_formatter@v1", name: "s", columns_data: { timestamp: "$inputs.x" } },
  ],
  "an overlap that leaves nothing": [
    { type: "roboflow_core/image_slicer@v1", name: "s", image: "$inputs.image", overlap_ratio_width: 1 },
  ],
  "an icon for each detection without detections": [
    { type: "roboflow_core/icon_visualization@v1", name: "s", image: "$inputs.image", icon: "$inputs.image" },
  ],
};

it.each(Object.entries(SYNTAX))("%s is WorkflowSyntaxError", (_, steps) => {
  expect(classesOf(...steps)).toEqual(["WorkflowSyntaxError"]);
});

it("a step named twice in a list of next steps is ExecutionGraphStructureError", () => {
  const next = ["$steps.a", "$steps.a"];
  const gate = {
    type: "roboflow_core/delta_filter@v1",
    name: "s",
    image: "$inputs.image",
    value: "$inputs.x",
    next_steps: next,
  };
  expect(classesOf(gate, template("a"))).toEqual(["ExecutionGraphStructureError"]);
});

it("cases that differ in capitals alone are reported by their names", () => {
  const cases = { Car: "$steps.a", car: "$steps.b" };
  const step = { type: "roboflow_core/switch_case@v1", name: "s", value: "$inputs.x", cases };
  const [told] = issuesOf({
    version: "1.0",
    inputs,
    steps: [template("a"), template("b"), { ...step, case_insensitive: true }],
    outputs: [],
  });
  expect(told).toMatchObject({ path: "/steps/2/cases" });
  expect(told?.message).toContain('"cases" has "Car" and "car", which are the same without capitals');
  expect(classesOf(template("a"), template("b"), step)).toEqual([]);
});
