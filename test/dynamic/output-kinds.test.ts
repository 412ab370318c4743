import { expect, it } from "vitest";
import { documentOf } from "../helpers/logic-blocks.ts";
import { openPlan } from "../helpers/open-plan.ts";
import { codeBlock } from "./code-in-a-definition.ts";

const box = "{ box: [0, 0, 4, 4], confidence: 0.5, class: 'car', classId: 2, detectionId: 'd' }";
const detections = (items: string) =>
  `{ kind: "detections", items: ${items}, width: 8, height: 8, parentId: "p", parent: null, root: {} }`;

/** The issues of a block whose output has that kind, and what comes out of it. */
async function resultOf(kinds: string[], value: string, onError?: string) {
  const outputs = { out: { type: "DynamicOutputDefinition", kind: kinds } };
  const block = { ...codeBlock("Code", `function run() { return { out: ${value} }; }`, { outputs }) };
  const document = {
    ...documentOf([{ type: "Code", name: "s", value: "$inputs.x" }], { out: "$steps.s.out" }),
    dynamic_blocks_definitions: [{ ...block, ...(onError === undefined ? {} : { on_error: onError }) }],
  };
  const { run } = openPlan(document, { onError: "isolate" });
  const { rows, faults } = await run({ x: [1] });
  return { rows, told: faults.map(({ step, code, message }) => `${step} ${code}: ${message}`) };
}

it.each([
  [["image"], "[1, 2]", "a list of 2, expected an image (image)"],
  [["image"], "{ pixels: 1 }", "a map with pixels, expected an image (image)"],
  [["integer"], "1.5", "the number 1.5, expected a whole number (integer)"],
  [["string"], "3", "the number 3, expected a text (string)"],
  [["boolean"], "'true'", 'the text "true", expected true or false (boolean)'],
  [["dictionary"], "[]", "a list of 0, expected a map (dictionary)"],
  [["list_of_values"], "{}", "a map with nothing, expected a list (list_of_values)"],
  [["integer", "float"], "'3'", 'the text "3", expected a whole number or a number (integer, float)'],
  [
    ["object_detection_prediction"],
    "{ predictions: [] }",
    "a map with predictions, expected detections (object_detection_prediction)",
  ],
  [
    ["object_detection_prediction"],
    detections(`[${box}, { confidence: 0.5 }]`),
    "detections whose items[1] has no box of four numbers, expected detections (object_detection_prediction)",
  ],
  [
    ["object_detection_prediction"],
    detections("null"),
    "detections without a list of items, expected detections (object_detection_prediction)",
  ],
])("an output of the kinds %j that is %s is a failure of its step", async (kinds, value, message) => {
  expect(await resultOf(kinds, value)).toEqual({
    rows: [{ out: null }],
    told: [`s STEP_RESULT: returned for the output "out" ${message}`],
  });
});

it.each([
  [["integer"], "3"],
  [["float"], "3"],
  [["float_zero_to_one"], "0.5"],
  [["string"], "null"],
  [["*"], "[1]"],
  [[], "'text'"],
  [["rgb_color"], "[1, 2, 3]"],
  [["list_of_values"], "new Float32Array(2)"],
  [["integer", "string"], "'3'"],
  [["object_detection_prediction"], detections(`[${box}]`)],
])("an output of the kinds %j may be %s", async (kinds, value) => {
  expect((await resultOf(kinds, value)).told).toEqual([]);
});

it("the policy for failures holds for outputs of a wrong kind as well", async () => {
  expect(await resultOf(["integer"], "'3'", "empty")).toMatchObject({ rows: [{ out: null }], told: [] });
});

it.each([
  ["{ items: 3 }", "a map with items"],
  ["'none'", 'the text "none"'],
  [detections("[{}]"), "detections whose items[0] has no box of four numbers"],
])("a step gets no %s from an output of any kind where it takes detections", async (value, found) => {
  const code = codeBlock("Code", `function run() { return { out: ${value} }; }`);
  const steps = [
    { type: "Code", name: "s", value: "$inputs.x" },
    {
      type: "roboflow_core/detection_offset@v1",
      name: "t",
      predictions: "$steps.s.out",
      offset_width: 1,
      offset_height: 1,
    },
  ];
  const document = { ...documentOf(steps, { out: "$steps.t.predictions" }), dynamic_blocks_definitions: [code] };
  const { rows, faults } = await openPlan(document, { onError: "isolate" }).run({ x: [1] });
  expect(rows).toEqual([{ out: null }]);
  expect(faults).toMatchObject([{ step: "t", code: "STEP_INPUT" }]);
  expect(faults[0]?.message).toContain(`"predictions" is ${found}, expected detections`);
});
