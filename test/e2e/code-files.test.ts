import { writeFile } from "node:fs/promises";
import { expect, test, vi } from "vitest";
import { codeBlock } from "../dynamic/code-in-a-definition.ts";
import { startDaemon } from "../helpers/daemon.ts";
import { useFolder, writeNumberedClip } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000 });

const folder = useFolder();

test("code in a file is reloaded when that file changes, and failures name the file and the line", async () => {
  await writeNumberedClip(folder.path("clip.mkv"), 60, "64x48", 10);
  await writeFile(folder.path("count.js"), "function run() {\n  return { out: 1 };\n}\n");
  const image = { type: "DynamicInputDefinition", selector_types: ["input_image"] };
  const code = { run_function_code: undefined, run_function_file: "count.js" };
  const document = {
    version: "1.0",
    inputs: [{ type: "WorkflowImage", name: "image" }],
    dynamic_blocks_definitions: [codeBlock("Count", "", { inputs: { image }, code })],
    steps: [{ type: "Count", name: "count", image: "$inputs.image" }],
    outputs: [{ type: "JsonField", name: "out", selector: "$steps.count.out" }],
  };
  await writeFile(folder.path("flow.json"), JSON.stringify(document));
  const daemon = await startDaemon(folder.path("millrace.yaml"), {
    device: "dock",
    http: { port: 0 },
    cameras: { gate: { url: "clip.mkv", loop: true } },
    pipelines: { one: { workflow: "flow.json", cameras: ["gate"] } },
  });
  await daemon.frames("gate", 3);
  expect(daemon.log("step_failed")).toEqual([]);
  await writeFile(folder.path("count.js"), "function run() {\n  return { out: nothing.here };\n}\n");
  await daemon.logged("workflow_swapped");
  const failed = await daemon.logged("step_failed");
  expect(failed["report"]).toContain('JavaScript code of "Count" (count.js:2)');
  await writeFile(folder.path("count.js"), "function run() {\n  return {{;\n}\n");
  const refused = await daemon.logged("config_refused");
  expect(refused.msg).toContain("count.js:2:11");
  await daemon.stop();
});
