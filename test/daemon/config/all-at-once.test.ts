import { writeFile } from "node:fs/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { UserError } from "../../../src/base/errors.ts";
import { loadConfig } from "../../../src/daemon/prepare/load-config.ts";
import { useFolder } from "../../stream/clip.ts";

const folder = useFolder();

const WORKFLOW = { version: "1.4.0", inputs: [{ type: "WorkflowImage", name: "image" }], steps: [], outputs: [] };
const WRONG = { ...WORKFLOW, steps: [{ type: "roboflow_core/detections_filter@v1", name: "filter" }] };

/** Faults of a config by line and code, in the order in which they are reported. */
async function faultsOf(yaml: string): Promise<string[]> {
  const file = folder.path("millrace.yaml");
  await writeFile(file, yaml);
  try {
    await loadConfig(file, { environment: {} });
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.issues.map(({ line = "?", code }) => `${line} ${code}`);
  }
}

test("faults of the file come with those of what it refers to, each with its line", async () => {
  await writeFile(folder.path("flow.json"), JSON.stringify(WRONG));
  const faults = await faultsOf(`
cameras:
  gate: { url: gate.mp4 }
  yard: { url: "rtsp://yard", max_fps: -1 }
models:
  a/1: { path: absent.onnx }
mqtt: { url: "mqtt://broker", client_idd: x }
pipelines:
  count:
    workflow: flow.json
    cameras: [gate, yard]
    parameters: { unknown: 1 }
  other:
    workflow: absent.json
    cameras: [gaet]
`);
  expect(faults.toSorted()).toEqual([
    "10 COMPILE_STEP_PROPERTY",
    "10 COMPILE_STEP_PROPERTY",
    "14 DEFINITION_FILE",
    "15 CONFIG_UNKNOWN_CAMERA",
    "3 CONFIG_CAMERA",
    "4 CONFIG_VALUE",
    "6 CONFIG_MODEL",
    "7 CONFIG_UNKNOWN_KEY",
  ]);
});

test("a plugin that is not there hides no other file that is missing", async () => {
  const faults = await faultsOf(`
plugins: [./absent.mjs]
cameras: { gate: { url: gate.mp4 } }
pipelines:
  count: { workflow: absent.json, cameras: [gate] }
`);
  expect(faults).toEqual(["3 CONFIG_CAMERA", "2 PLUGIN_LOAD", "5 DEFINITION_FILE"]);
});

test("what is left out for its own faults is no fault of those who name it", async () => {
  const inputs = [...WORKFLOW.inputs, { type: "WorkflowParameter", name: "zone" }];
  const outputs = [{ type: "JsonField", name: "picture", selector: "$inputs.image" }];
  await writeFile(folder.path("flow.json"), JSON.stringify({ ...WORKFLOW, inputs, outputs }));
  const faults = await faultsOf(`
cameras: { gate: { url: gate.mp4, max_fps: x } }
zones: { door: { polygon: 1 } }
state_dir: [1]
pipelines:
  count: { workflow: flow.json, cameras: [gate], parameters: { zone: { zone: door } }, video_out: [{ mjpeg: true, cameras: [gate] }] }
`);
  expect(faults).toEqual(["2 CONFIG_VALUE", "3 CONFIG_VALUE", "4 CONFIG_VALUE"]);
});

const MISTAKES = {
  camera: ["  yard: { url: yard.mp4, loop: often }", "CONFIG_VALUE"],
  file: ["  hall: { url: absent.mp4 }", "CONFIG_CAMERA"],
  stream: ["  roof: { stream_of: gaet }", "CONFIG_UNKNOWN_CAMERA"],
  key: ["device: box\nlogg: {}", "CONFIG_UNKNOWN_KEY"],
  value: ["device: box\nframe_memory_mb: 1", "CONFIG_VALUE"],
} as const;

/** Those with a camera of their own. */
const CAMERAS = { camera: "yard", file: "hall", stream: "roof" } as const;

test("whatever faults a config has together, each of them is reported as when it is alone", async () => {
  await writeFile(folder.path("flow.json"), JSON.stringify(WORKFLOW));
  const configOf = (names: readonly (keyof typeof MISTAKES)[]) => {
    const lines = (inside: boolean) => {
      return names.filter((name) => name in CAMERAS === inside).map((name) => MISTAKES[name][0]);
    };
    const cameras = ["cameras:", "  gate: { url: rtsp://gate }", ...lines(true)];
    const ids = ["gate", ...names.flatMap((name) => (name in CAMERAS ? [CAMERAS[name as keyof typeof CAMERAS]] : []))];
    const rest = lines(false).join("\n").split("\n");
    return [...cameras, `pipelines: { one: { workflow: flow.json, cameras: [${ids}] } }`, ...new Set(rest)].join("\n");
  };
  const names = Object.keys(MISTAKES) as (keyof typeof MISTAKES)[];
  await fc.assert(
    fc.asyncProperty(fc.subarray(names), async (chosen) => {
      const faults = await faultsOf(configOf(chosen));
      expect(faults.map((fault) => fault.split(" ")[1]).toSorted()).toEqual(
        chosen.map((name) => MISTAKES[name][1]).toSorted(),
      );
    }),
    { numRuns: 30 },
  );
});
