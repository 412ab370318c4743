import { rmSync } from "node:fs";
import { cp, writeFile } from "node:fs/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { openModels } from "../../../src/daemon/models/models.ts";
import type { SessionLine } from "../../../src/daemon/models/session-lines.ts";
import type { DaemonEvent } from "../../../src/daemon/report/events.ts";
import { SHAPES } from "../../helpers/cli.ts";
import { preparedFrom } from "../../helpers/open-daemon.ts";
import { useFolder, writeNumberedClip } from "../../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000 });

const folder = useFolder();
const SESSIONS = 3;

/** A model on several sessions. */
async function openStore(name: string, heard: (event: DaemonEvent) => void = () => {}) {
  await cp(SHAPES, folder.path(`${name}.onnx`));
  await writeFile(folder.path("find.json"), JSON.stringify(WORKFLOW));
  await writeNumberedClip(folder.path("clip.mkv"), 3, "320x192", 10);
  const { prepared } = await preparedFrom(folder.path(`${name}.json`), {
    ...{ device: "dock", http: null, inference: { providers: ["cpu"], sessions: SESSIONS } },
    models: { "shapes/1": { path: `${name}.onnx` } },
    cameras: { gate: { url: "clip.mkv" } },
    pipelines: { one: { workflow: "find.json", cameras: ["gate"] } },
  });
  const events: DaemonEvent[] = [];
  const models = openModels({
    arena: new SharedArrayBuffer(16),
    descriptions: prepared.models,
    inference: { providers: ["cpu"], sessions: SESSIONS, maxBatch: 1, maxWaitMs: 0 },
    report: (event) => {
      events.push(event);
      heard(event);
    },
  });
  onTestFinished(() => models.close());
  const sessions = () => models.views(new Map())[0]?.sessions;
  return { models, events, sessions, path: folder.path(`${name}.onnx`) };
}

const WORKFLOW = {
  version: "1.0",
  inputs: [{ type: "WorkflowImage", name: "image" }],
  steps: [
    {
      type: "roboflow_core/roboflow_object_detection_model@v3",
      ...{ name: "find", images: "$inputs.image", model_id: "shapes/1" },
    },
  ],
  outputs: [{ type: "JsonField", name: "found", selector: "$steps.find.predictions" }],
};

test("a model runs with its first session, and those that are connected get lines to the others", async () => {
  const { models, sessions, events } = await openStore("several");
  await models.open("shapes/1");
  expect(sessions()).toBe(1);
  const lines: SessionLine[] = [];
  const end = await models.connect("shapes/1", (line) => void lines.push(line));
  await vi.waitUntil(() => lines.length === SESSIONS, { timeout: 60_000 });
  expect(sessions()).toBe(SESSIONS);
  expect(new Set(lines.map(({ held }) => held)).size).toBe(SESSIONS);
  const later: SessionLine[] = [];
  await models.connect("shapes/1", (line) => void later.push(line));
  await vi.waitUntil(() => later.length === SESSIONS, { timeout: 60_000 });
  end();
  expect(events.map(({ type }) => type)).toEqual(["model_opened"]);
});

test("a session that does not open is reported, and the model goes on with those that did", async () => {
  const { models, events, sessions, path } = await openStore("failing", ({ type }) => {
    if (type === "model_opened") rmSync(path);
  });
  await models.open("shapes/1");
  await vi.waitUntil(() => events.length === 2, { timeout: 60_000 });
  expect(events[1]).toMatchObject({ type: "session_failed", model: "shapes/1", sessions: 1, wanted: SESSIONS });
  expect(events[1]).toMatchObject({ message: expect.stringContaining("failing.onnx") });
  expect(sessions()).toBe(1);
});

test("a store is closed while sessions open, and says nothing of them", async () => {
  const { models, events, sessions } = await openStore("closing");
  await models.open("shapes/1");
  await models.close();
  expect(sessions()).toBe(1);
  expect(events.map(({ type }) => type)).toEqual(["model_opened"]);
});
