import { writeFile } from "node:fs/promises";
import { beforeAll, expect, test, vi } from "vitest";
import { codeBlock } from "../dynamic/code-in-a-definition.ts";
import { within } from "../helpers/daemon.ts";
import { openTestDaemon } from "../helpers/open-daemon.ts";
import { useFolder, writeNumberedClip } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000 });

const folder = useFolder();

/** Two objects that are in every frame. */
const find = (afterwards: string) => `
let frames = 0;
function run({ image }) {
  const { width, height, parentId, parent, root } = image;
  const item = (x, trackerId) =>
    ({ box: [x, 4, x + 12, 20], confidence: 0.9, class: "box", classId: 0, detectionId: "d" + trackerId + frames, trackerId });
  if (++frames === 5) { ${afterwards} }
  return { found: { kind: "detections", items: [item(4, 1), item(40, 2)], width, height, parentId, parent, root } };
}`;

function definition(afterwards: string): string {
  return JSON.stringify({
    version: "1.0",
    inputs: [{ type: "WorkflowImage", name: "image" }],
    dynamic_blocks_definitions: [
      codeBlock("Find", find(afterwards), {
        inputs: { image: { type: "DynamicInputDefinition", selector_types: ["input_image"] } },
        outputs: { found: { type: "DynamicOutputDefinition", kind: ["object_detection_prediction"] } },
      }),
    ],
    steps: [{ type: "Find", name: "find", image: "$inputs.image" }],
    outputs: [{ type: "JsonField", name: "found", selector: "$steps.find.found" }],
  });
}

// Frames are far enough apart for a thread to end between two of them.
beforeAll(() => writeNumberedClip(folder.path("clip.mkv"), 8, "64x48", 2));

test.each([
  ["a timer that throws", "setTimeout(() => { throw new Error('of a timer'); }, 200);", "of a timer"],
  ["a rejected promise", "setTimeout(() => void Promise.reject(new Error('of a promise')), 200);", "of a promise"],
])("a thread that ends between two frames is reported, and its tracks end: %s", async (name, afterwards, why) => {
  await writeFile(folder.path("w.json"), definition(afterwards));
  const { daemon, messages, happened, events } = await openTestDaemon(folder.path(`${name}.json`), {
    http: null,
    cameras: { gate: { url: folder.path("clip.mkv"), loop: true } },
    pipelines: { one: { workflow: "w.json", cameras: ["gate"] } },
  });
  expect((await happened("thread_died")).message).toContain(why);
  const open = (phase: string) =>
    messages
      .filter((message) => message.class === "events")
      .map(({ payload }) => JSON.parse(String(payload)))
      .filter((event) => event.phase === phase)
      .map(({ id, reason }) => ({ id, reason }));
  // It is opened again with the next frame, and dies once more after as many.
  await within(
    () => open("end").length >= 2,
    () => "tracks have ended",
  );
  await daemon.close(5000);
  const ids = (phase: string) => open(phase).map(({ id }) => id);
  expect(ids("start").length).toBeGreaterThanOrEqual(2);
  expect(ids("end").toSorted()).toEqual(ids("start").toSorted());
  expect(open("end")[0]?.reason).toBe("reset");
  expect(events("pipeline_failed").filter(({ code }) => code === "LANE_DIED")).toEqual([]);
});
