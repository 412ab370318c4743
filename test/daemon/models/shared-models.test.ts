import { writeFile } from "node:fs/promises";
import { beforeAll, expect, test, vi } from "vitest";
import { openModels } from "../../../src/daemon/models/models.ts";
import { renditionsOf } from "../../../src/daemon/worker/workflow.ts";
import { renditionKey } from "../../../src/kinds/frame.ts";
import { tinyYolox } from "../../fixtures/models.ts";
import { SHAPES } from "../../helpers/cli.ts";
import { within } from "../../helpers/daemon.ts";
import { openTestDaemon, preparedFrom } from "../../helpers/open-daemon.ts";
import { useFolder, writeNumberedClip } from "../../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const folder = useFolder();

const detector = (name: string, id: string) => ({
  type: "roboflow_core/roboflow_object_detection_model@v3",
  name,
  images: "$inputs.image",
  model_id: id,
});

function workflow(...steps: ReturnType<typeof detector>[]): string {
  return JSON.stringify({
    version: "1.0",
    inputs: [{ type: "WorkflowImage", name: "image" }],
    steps,
    outputs: steps.map(({ name }) => ({ type: "JsonField", name, selector: `$steps.${name}.predictions` })),
  });
}

const configOf = () => ({
  device: "dock",
  http: null,
  inference: { providers: ["cpu"], sessions: 1 },
  models: { "shapes/1": { path: SHAPES }, "tiny/1": { path: "tiny.onnx", family: "yolox" } },
  cameras: { gate: { url: "clip.mkv", loop: true }, yard: { url: "clip.mkv", loop: true } },
  pipelines: {
    one: { workflow: "one.json", cameras: ["gate"] },
    both: { workflow: "both.json", cameras: ["yard"] },
  },
});

beforeAll(async () => {
  await writeNumberedClip(folder.path("clip.mkv"), 30, "320x192", 10);
  await writeFile(folder.path("tiny.onnx"), tinyYolox({ metadata: { names: "{0: 'red', 1: 'blue'}" } }));
  await writeFile(folder.path("one.json"), workflow(detector("shapes", "shapes/1")));
  await writeFile(folder.path("both.json"), workflow(detector("shapes", "shapes/1"), detector("tiny", "tiny/1")));
});

test("pipelines share the sessions of a model", async () => {
  const { daemon, events } = await openTestDaemon(folder.path("shared.json"), configOf());
  const published = () => ["gate", "yard"].map((camera) => daemon.counts()[camera]?.published ?? 0);
  await within(
    () => published().every((count) => count > 2),
    () => `frames come out of both: ${published()}`,
  );
  expect(
    events("model_opened")
      .map(({ model, sessions }) => `${model} in ${sessions}`)
      .toSorted(),
  ).toEqual(["shapes/1 in 1", "tiny/1 in 1"]);
});

test("a second model of another size gets its own picture of each frame from the decoder", async () => {
  const { prepared } = await preparedFrom(folder.path("sizes.json"), configOf());
  const models = openModels({
    arena: new SharedArrayBuffer(16),
    descriptions: prepared.models,
    inference: { providers: ["cpu"], sessions: 1, maxBatch: 1, maxWaitMs: 0 },
    report: () => {},
  });
  const plan = prepared.pipelines.find(({ id }) => id === "both")?.plan;
  if (plan === undefined) throw new TypeError("no plan");
  expect(renditionsOf(plan, {}, models).map(renditionKey)).toEqual([
    "letterbox_center:320x192:rgb24:114",
    "letterbox_top_left:32x32:bgr24:114",
  ]);
  await models.close();
});
