import { writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { UserError } from "../../src/base/errors.ts";
import { readConfig } from "../../src/daemon/config/config.ts";
import { prepare } from "../../src/daemon/prepare/prepare.ts";
import { useFolder } from "../stream/clip.ts";

const folder = useFolder();

const DEFINITION = {
  version: "1.0",
  inputs: [
    { type: "WorkflowImage", name: "image" },
    { type: "WorkflowParameter", name: "zone", kind: ["zone"] },
    { type: "WorkflowParameter", name: "factor", kind: ["float"], default_value: 2 },
    { type: "WorkflowParameter", name: "cooldown" },
  ],
  steps: [
    {
      type: "roboflow_core/rate_limiter@v1",
      name: "limit",
      cooldown_seconds: 5,
      depends_on: "$inputs.image",
      video_reference_image: "$inputs.image",
      next_steps: ["$steps.crop"],
    },
    {
      type: "DetectionOffset",
      name: "crop",
      predictions: "$inputs.found",
      offset_width: "$inputs.cooldown",
      offset_height: 5,
    },
  ],
  outputs: [{ type: "JsonField", name: "zone", selector: "$inputs.zone" }],
};

const GIVEN = { found: { image: { width: 4, height: 4 }, predictions: [] } };

async function told(parameters: object): Promise<string> {
  const found = { type: "WorkflowParameter", name: "found", kind: ["object_detection_prediction"] };
  const definition = { ...DEFINITION, inputs: [...DEFINITION.inputs, found] };
  await writeFile(folder.path("zone.json"), JSON.stringify(definition));
  const config = {
    cameras: { gate: { url: "rtsp://127.0.0.1/gate" } },
    pipelines: { zone: { cameras: ["gate"], workflow: "zone.json", parameters: { ...GIVEN, ...parameters } } },
  };
  await writeFile(folder.path("millrace.yaml"), JSON.stringify(config));
  const read = await readConfig(folder.path("millrace.yaml"), {});
  const error = await prepare(read, "millrace.yaml").then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error === null) return "in order";
  if (!(error instanceof UserError)) throw error;
  return `\n${error.message}\n`;
}

it("parameters of a pipeline that a step takes are in order", async () => {
  expect(
    await told({
      zone: [
        [0, 0],
        [9, 0],
        [9, 9],
      ],
      cooldown: 3,
    }),
  ).toBe("in order");
});

it("every wrong parameter of a pipeline is reported by its place in the config", async () => {
  expect(await told({ zone: [[0, 0]], factor: "2", cooldown: -1, found: {}, strange: 5 })).toMatchInlineSnapshot(`
    "
    millrace.yaml /pipelines/zone/parameters/strange: the workflow has no parameter "strange" [CONFIG_UNKNOWN_PARAMETER]
    millrace.yaml /pipelines/zone/parameters/zone: input "zone" is [[0,0]], expected at least 3 points [RUN_INPUT]
    millrace.yaml /pipelines/zone/parameters/factor: input "factor" is "2", expected a number [RUN_INPUT]
    millrace.yaml /pipelines/zone/parameters/found: input "found" is {}: /image is missing [RUN_INPUT]
    millrace.yaml /pipelines/zone/parameters/cooldown: parameter "cooldown", which is "offset_width" of step "crop" (roboflow_core/detection_offset@v1), is -1, expected number to be >0 [RUN_INPUT]
    "
  `);
});

it("a parameter without value is reported when a step cannot do without", async () => {
  expect(await told({})).toMatchInlineSnapshot(`
    "
    millrace.yaml /pipelines/zone/parameters/cooldown: parameter "cooldown", which is "offset_width" of step "crop" (roboflow_core/detection_offset@v1), has no value [RUN_INPUT]
    "
  `);
});
