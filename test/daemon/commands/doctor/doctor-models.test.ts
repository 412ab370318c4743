import { copyFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { examineModels } from "../../../../src/daemon/commands/doctor/doctor-models.ts";
import { parseConfig } from "../../../../src/daemon/config/config.ts";
import { inspectModelFile } from "../../../../src/daemon/prepare/model-list.ts";
import { SHAPES } from "../../../helpers/cli.ts";
import { useFolder } from "../../../stream/clip.ts";

const folder = useFolder();

test("each model is opened and run once; one whose file has changed since fails alone", async () => {
  await copyFile(SHAPES, folder.path("changed.onnx"));
  const models = new Map([
    ["changed/1", { ...(await inspectModelFile(folder.path("changed.onnx"))), id: "changed/1" }],
    ["shapes/1", { ...(await inspectModelFile(SHAPES)), id: "shapes/1" }],
  ]);
  await writeFile(folder.path("changed.onnx"), "nothing");
  const { config } = parseConfig(JSON.stringify({ cameras: {}, pipelines: {}, inference: { providers: ["cpu"] } }), {});
  const findings = config && (await examineModels(models, config));
  expect(findings).toEqual([
    { id: "model changed/1", status: "failed", found: expect.stringContaining("changed") },
    {
      id: "model shapes/1",
      status: "ok",
      found: expect.stringMatching(/^it runs on cpu, opened and run once in [\d.]+ s$/),
    },
  ]);
});
