import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLocalPlan } from "../../src/bench/local-plan.ts";
import { compile } from "../../src/compiler/compile.ts";
import { readConfig } from "../../src/daemon/config/config.ts";
import { prepare } from "../../src/daemon/prepare/prepare.ts";
import { openLibrary } from "../../src/expansion/open-library.ts";
import { FrameScheduler } from "../../src/stream/frame-scheduler.ts";
import type { Series } from "./series.ts";

/** Definitions of so many steps, to their plan and on one frame. */
export const STEPS: readonly Series[] = [
  { name: "compile a chain of steps", open: (count) => compiling(chain(count, (i) => i - 1)) },
  { name: "compile steps side by side", open: (count) => compiling(chain(count, () => -1)) },
  { name: "run a chain of steps", open: (count) => running(chain(count, (i) => i - 1)) },
  { name: "run steps side by side", open: (count) => running(chain(count, () => -1)) },
];

/** Configs of so many pipelines, each of ten steps, and of so many cameras. */
export const DEFINITIONS: readonly Series[] = [
  {
    name: "check a config of so many definitions, with a camera each",
    open: (count) => checking({ pipelines: count, cameras: count }),
  },
];

export const CAMERAS: readonly Series[] = [
  { name: "check a config of so many cameras", open: (count) => checking({ pipelines: 1, cameras: count }) },
  { name: "a thousand frames through the scheduler", open: scheduling },
];

function compiling(document: unknown) {
  const library = openLibrary({ allowCode: true });
  return () => () => compile(document, library);
}

function running(document: unknown) {
  const { run, image } = openLocalPlan(document);
  return () => {
    const images = [image(0)];
    return () => run({ image: images });
  };
}

/** Steps on the picture, or on the output of the one that `before` names. */
function chain(count: number, before: (i: number) => number) {
  const steps = Array.from({ length: count }, (_, i) => ({
    type: "roboflow_core/property_definition@v1",
    name: `s${i}`,
    data: before(i) < 0 ? "$inputs.image" : `$steps.s${before(i)}.output`,
    operations: [
      before(i) < 0 ? { type: "ExtractImageProperty", property_name: "height" } : { type: "Multiply", other: 1 },
    ],
  }));
  return definition(steps, `$steps.s${count - 1}.output`);
}

function definition(steps: readonly object[], selector: string) {
  return {
    version: "1.0",
    inputs: [{ type: "WorkflowImage", name: "image" }],
    steps,
    outputs: [{ type: "JsonField", name: "out", selector }],
  };
}

function checking({ pipelines, cameras }: { pipelines: number; cameras: number }) {
  const folder = mkdtempSync(join(tmpdir(), "millrace-growth-"));
  const ids = Array.from({ length: cameras }, (_, i) => `camera-${i}`);
  const names = Array.from({ length: pipelines }, (_, i) => `pipeline-${i}`);
  for (const name of names) {
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(chain(10, (i) => i - 1)));
  }
  const config = {
    device: "bench",
    cameras: Object.fromEntries(ids.map((id) => [id, { url: `rtsp://127.0.0.1:8554/${id}` }])),
    pipelines: Object.fromEntries(
      names.map((name, i) => [
        name,
        { workflow: `${name}.json`, cameras: pipelines === 1 ? ids : ids.slice(i, i + 1) },
      ]),
    ),
    http: null,
  };
  const file = join(folder, "config.yaml");
  writeFileSync(file, JSON.stringify(config));
  return () => async () => prepare(await readConfig(file), file);
}

const FRAMES = 1000;

/** Each camera in turn brings a frame, which leaves as soon as it may. */
function scheduling(count: number) {
  const scheduler = new FrameScheduler<{ camera: string }>({ batchSize: 1, batchWaitMs: 0, credits: 4 });
  const ids = Array.from({ length: count }, (_, i) => `camera-${i}`);
  for (const id of ids) {
    scheduler.add(id, "newest");
    scheduler.setRunning(id, true);
  }
  return () => () => {
    for (let i = 0; i < FRAMES; i++) {
      scheduler.push({ camera: ids[i % count] ?? "" }, i);
      scheduler.expire(i);
      scheduler.dueAt();
      while (scheduler.take(i) !== undefined) scheduler.giveBack();
    }
  };
}
