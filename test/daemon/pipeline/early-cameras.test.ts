import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { pipeline } from "node:stream";
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { openDaemon } from "../../../src/daemon/daemon.ts";
import type { DaemonEvent } from "../../../src/daemon/report/events.ts";
import type { FrameCounts } from "../../../src/stream/ledger.ts";
import { tinyYolox } from "../../fixtures/models.ts";
import { startCamera } from "../../helpers/camera.ts";
import { SHAPES } from "../../helpers/cli.ts";
import { within } from "../../helpers/daemon.ts";
import { preparedFrom } from "../../helpers/open-daemon.ts";
import { useFolder, writeNumberedClip } from "../../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const folder = useFolder();
const TINY = () => tinyYolox({ metadata: { names: "{0: 'red', 1: 'blue'}" } });

const workflow = (id: string) => ({
  version: "1.0",
  inputs: [{ type: "WorkflowImage", name: "image" }],
  steps: [
    {
      type: "roboflow_core/roboflow_object_detection_model@v3",
      name: "detect",
      images: "$inputs.image",
      model_id: id,
    },
  ],
  outputs: [{ type: "JsonField", name: "found", selector: "$steps.detect.predictions" }],
});

beforeAll(async () => {
  await writeNumberedClip(folder.path("clip.mkv"), 40, "320x192", 10);
  await writeFile(folder.path("tiny.onnx"), TINY());
  for (const name of ["shapes", "tiny"])
    await writeFile(folder.path(`${name}.json`), JSON.stringify(workflow(`${name}/1`)));
});

/** A simulated camera behind an address that counts those who connect. */
async function startCountedCamera() {
  const camera = await startCamera();
  onTestFinished(() => camera.close());
  let connections = 0;
  const door = createServer((socket) => {
    connections++;
    const on = connect(camera.server.port, "127.0.0.1");
    pipeline(socket, on, () => {});
    pipeline(on, socket, () => {});
  });
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  onTestFinished(() => void door.close());
  const { port } = door.address() as AddressInfo;
  return { url: camera.url.replace(`:${camera.server.port}/`, `:${port}/`), connections: () => connections };
}

/** The sum holds at every moment. */
function expectAllCounted({ decoded, published, dropped, inFlight }: FrameCounts): void {
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  expect(published + lost + inFlight).toBe(decoded);
}

const configOf = (cameras: object, pipelines: object) => ({
  device: "dock",
  http: null,
  inference: { providers: ["cpu"], sessions: 1 },
  models: { "shapes/1": { path: SHAPES }, "tiny/1": { path: "tiny.onnx", family: "yolox" } },
  cameras,
  pipelines,
});

test("cameras connect once beside a model that does not open, and again when it does", async () => {
  const camera = await startCountedCamera();
  const cameras = { gate: { url: "clip.mkv", loop: true }, yard: { url: camera.url } };
  const pipelines = {
    one: { workflow: "shapes.json", cameras: ["gate"] },
    two: { workflow: "tiny.json", cameras: ["yard"] },
  };
  const prepared = await preparedFrom(folder.path("failing.json"), configOf(cameras, pipelines));
  await writeFile(folder.path("tiny.onnx"), tinyYolox({ metadata: { changed: "yes" } }));
  const events: DaemonEvent[] = [];
  const daemon = await openDaemon({ ...prepared, report: (event) => void events.push(event) });
  onTestFinished(() => daemon.close(5000));
  const failures = () => events.filter(({ type }) => type === "camera_not_started").length;
  expect(failures()).toBe(1);
  const once = camera.connections();
  expect(once).toBeLessThanOrEqual(1);
  const early = daemon.counts()["yard"];
  if (early !== undefined) {
    expectAllCounted(early);
    expect([early.published, early.inFlight]).toEqual([0, 0]);
  }
  expect(daemon.health().cameras["yard"]).toMatchObject({ state: "failed" });
  await within(
    () => failures() >= 3,
    () => `it is tried again: ${failures()}`,
  );
  expect(camera.connections()).toBe(once);
  await writeFile(folder.path("tiny.onnx"), TINY());
  await within(
    () => (daemon.counts()["yard"]?.published ?? 0) > 2,
    () => `frames come out: ${JSON.stringify(daemon.counts())}`,
  );
  expect(camera.connections()).toBe(once + 1);
  expectAllCounted(daemon.counts()["yard"]!);
});

test("frames that come before the workflow is open wait or are counted, and a file loses none", async () => {
  const camera = await startCountedCamera();
  const cameras = { file: { url: "clip.mkv", pace: "fast" }, live: { url: camera.url } };
  const pipelines = { one: { workflow: "shapes.json", cameras: ["file", "live"] } };
  const prepared = await preparedFrom(folder.path("both.json"), configOf(cameras, pipelines));
  const daemon = await openDaemon({ ...prepared, report() {} });
  await within(
    () => daemon.counts()["file"]?.published === 40 && (daemon.counts()["live"]?.published ?? 0) > 2,
    () => `frames come out: ${JSON.stringify(daemon.counts())}`,
  );
  await daemon.close(5000);
  const { file, live } = daemon.counts();
  expect(file).toEqual({ decoded: 40, published: 40, dropped: {}, inFlight: 0 });
  expectAllCounted(live!);
  expect(live?.inFlight).toBe(0);
  expect(camera.connections()).toBe(1);
});

test("a stop while the workflow opens ends the cameras, and what they gave is counted", async () => {
  const camera = await startCountedCamera();
  const pipelines = { one: { workflow: "shapes.json", cameras: ["live"] } };
  const config = configOf({ live: { url: camera.url } }, pipelines);
  const prepared = await preparedFrom(folder.path("stopped.json"), config);
  const stop = new AbortController();
  const events: DaemonEvent[] = [];
  const report = (event: DaemonEvent) => {
    events.push(event);
    if (event.type === "model_opened") stop.abort(new Error("the test stops it"));
  };
  await expect(openDaemon({ ...prepared, report, signal: stop.signal })).rejects.toThrow("the test stops it");
  expect(events.at(-1)?.type).toBe("daemon_stopped");
  expect(events.filter(({ type }) => type === "daemon_started")).toEqual([]);
});
