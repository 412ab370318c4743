import { writeFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type Broker, freePort, lacksBroker, startBroker } from "../helpers/broker.ts";
import { startCamera, type TestCamera } from "../helpers/camera.ts";
import { startDaemon, type TestDaemon, within } from "../helpers/daemon.ts";
import { subscribe } from "../helpers/subscriber.ts";
import { useFolder } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const folder = useFolder();

// biome-ignore lint/suspicious/noExplicitAny: payloads are read by tests that say what they must be
type Json = any;

const COUNT = "let n = 0;\nfunction run() {\n  n += 1;\n  return { value: n };\n}\n";

/** Counts since it was loaded, and says which revision it is. */
const revised = (revision: number) =>
  `let n = 0;\nfunction run() {\n  n += 1;\n  return { value: "${revision}:" + n };\n}\n`;

function codeBlock(blockType: string, code: string, more: object = {}): object {
  const image = { type: "DynamicInputDefinition", selector_types: ["input_image"] };
  const manifest = { type: "ManifestDescription", block_type: blockType, inputs: { image } };
  return {
    type: "DynamicBlockDefinition",
    manifest: { ...manifest, outputs: { value: { type: "DynamicOutputDefinition", kind: [] } } },
    code: { type: "JavaScriptCode", state_scope: "source", run_function_code: code, ...more },
  };
}

/** One block that stays as it is, and one that a test changes. */
function definition(changing: string, more: object = {}): object {
  return {
    version: "1.0",
    inputs: [{ type: "WorkflowImage", name: "image" }],
    dynamic_blocks_definitions: [codeBlock("Steady", COUNT), codeBlock("Changing", changing, more)],
    steps: [
      { type: "Steady", name: "steady", image: "$inputs.image" },
      { type: "Changing", name: "changing", image: "$inputs.image" },
    ],
    outputs: [
      { type: "JsonField", name: "steady", selector: "$steps.steady.value" },
      { type: "JsonField", name: "changing", selector: "$steps.changing.value" },
    ],
  };
}

describe.skipIf(lacksBroker())("a definition that changes while the daemon runs", () => {
  let broker: Broker;
  let gate: TestCamera;
  let yard: TestCamera;
  let watcher: Awaited<ReturnType<typeof subscribe>>;
  let daemon: TestDaemon | undefined;

  beforeAll(async () => {
    broker = await startBroker();
    gate = await startCamera({ path: "/gate" });
    yard = await startCamera({ path: "/yard", server: gate.server });
    watcher = await subscribe(broker.url);
  });
  afterAll(async () => {
    await watcher.close();
    await yard.close();
    await gate.close();
    await broker.close();
  });
  afterEach(async () => {
    await daemon?.stop();
    daemon = undefined;
    watcher.heard.length = 0;
  });

  const config = (changes: object = {}) => ({
    device: "dock",
    http: { port: 0 },
    mqtt: { url: broker.url },
    stats_interval_s: 1,
    cameras: { gate: { url: gate.server.url("/gate") }, yard: { url: gate.server.url("/yard") } },
    pipelines: {
      one: { workflow: "one.json", cameras: ["gate"], publish: { outputs: "every_frame" } },
      other: { workflow: "other.json", cameras: ["yard"], publish: { outputs: "every_frame" } },
    },
    ...changes,
  });

  /** Batches that take long are soon given up. */
  const hasty = () => {
    const { pipelines } = config();
    return { pipelines: { ...pipelines, one: { ...pipelines.one, timeout_ms: 1000 } } };
  };

  async function start(first: object, changes: object = {}): Promise<TestDaemon> {
    await writeFile(folder.path("one.json"), JSON.stringify(first));
    await writeFile(folder.path("other.json"), JSON.stringify(definition(revised(0))));
    daemon = await startDaemon(folder.path("millrace.yaml"), config(changes));
    await daemon.frames("gate", 5);
    await daemon.frames("yard", 5);
    return daemon;
  }

  const values = (pipeline: string, output: string): Json[] =>
    watcher.texts(`millrace/dock/workflow/${pipeline}/output/${output}`).map((text) => JSON.parse(text).value);
  /** So many numbers from 1; at least three, so that nothing at all is never right. */
  const rising = (length: number) => Array.from({ length: Math.max(3, length) }, (_, i) => i + 1);
  const swaps = () => daemon?.log("workflow_swapped").length ?? 0;

  async function change(next: object | string): Promise<void> {
    const before = swaps();
    await writeFile(folder.path("one.json"), typeof next === "string" ? next : JSON.stringify(next));
    await within(
      () => swaps() > before,
      () => `the definition is taken\n${daemon?.output().slice(-2000)}`,
    );
  }

  test("keeps the state of what did not change, and no frame of any camera is lost of it", async () => {
    // So few that what else the machine does costs none either.
    const few = (path: string) => ({ url: gate.server.url(path), max_fps: 5 });
    const running = await start(definition(revised(0)), { cameras: { gate: few("/gate"), yard: few("/yard") } });
    for (let revision = 1; revision <= 8; revision++) {
      await change(definition(revised(revision)));
      await running.frames("gate", 3);
    }
    await running.frames("yard", 3);
    await running.stop();

    for (const camera of ["gate", "yard"]) {
      const { dropped, decoded, processed } = JSON.parse(watcher.texts("millrace/dock/stats").at(-1) ?? "").cameras[
        camera
      ];
      // Those that gave way before there was a workflow.
      const { shutdown = 0, opening = 0, ...others } = dropped;
      expect(others, camera).toEqual({});
      expect(processed, camera).toBe(decoded - shutdown - opening);
    }
    for (const pipeline of ["one", "other"]) {
      const counted = values(pipeline, "steady");
      expect(counted, pipeline).toEqual(rising(counted.length));
    }
    const told = values("one", "changing").map((text) => String(text).split(":").map(Number) as [number, number]);
    for (let revision = 0; revision <= 8; revision++) {
      const counts = told.filter(([of]) => of === revision).map(([, count]) => count);
      expect(counts.length, `revision ${revision}`).toBeGreaterThanOrEqual(3);
      expect(counts, `revision ${revision}`).toEqual(rising(counts.length));
    }
    expect(told.map(([of]) => of)).toEqual(told.map(([of]) => of).toSorted((a, b) => a - b));
    expect(
      running
        .log("source_started")
        .map(({ camera }) => camera)
        .toSorted(),
    ).toEqual(["gate", "yard"]);
  });

  test("changes nothing when it is wrong, and says what is wrong where", async () => {
    const running = await start(definition(revised(1)));
    await writeFile(folder.path("one.json"), JSON.stringify(definition("function run( { return 1 }")));
    const refused = await running.logged("config_refused");
    expect(refused.msg).toContain("the new config is not applied");
    expect(refused.msg).toContain("one.json");
    expect(refused.msg).toContain("/dynamic_blocks_definitions/1");
    expect(refused.msg).toContain("line 1");

    await writeFile(
      folder.path("one.json"),
      JSON.stringify(definition("throw new Error('no use');\nfunction run() {}")),
    );
    const failed = await running.logged("change_refused");
    expect(failed.msg).toContain("no use");

    await running.frames("gate", 3);
    await change(definition(revised(2)));
    await running.frames("gate", 3);
    await running.stop();
    const told = values("one", "changing").map((text) => String(text).split(":").map(Number) as [number, number]);
    const counts = told.filter(([of]) => of === 1).map(([, count]) => count);
    expect(counts).toEqual(rising(counts.length));
    expect(values("one", "steady")).toEqual(rising(told.length));
  });

  test("loops as it is loaded, and what runs goes on", async () => {
    const running = await start(definition(revised(1)), hasty());
    await writeFile(folder.path("one.json"), JSON.stringify(definition("while (true) {}\nfunction run() {}")));
    expect((await running.logged("change_refused")).msg).toContain("the workflow did not open within");
    await running.frames("gate", 3);
    await running.stop();
    const told = values("one", "changing");
    expect(told).toEqual(rising(told.length).map((n) => `1:${n}`));
    expect(running.log("pipeline_failed")).toEqual([]);
  });

  test("mends one whose thread ended so often that it is suspended", async () => {
    const loops = "let n = 0;\nfunction run() {\n  n += 1;\n  while (n > 6) {}\n  return { value: n };\n}\n";
    const running = await start(definition(loops), hasty());
    await running.logged("pipeline_failed", ({ code }) => code === "LANE_SUSPENDED");
    await change(definition(revised(2)));
    await running.frames("gate", 10);
    const last = values("one", "changing").slice(-3);
    expect(last.map((text) => String(text).split(":")[0])).toEqual(["2", "2", "2"]);
  });

  test("takes code in processes of its own in the same way, ready before it is needed", async () => {
    const isolated = { code_blocks: "isolated", isolated_level: "process" };
    const running = await start(definition(revised(0)), isolated);
    for (let revision = 1; revision <= 3; revision++) {
      await change(definition(revised(revision)));
      await running.frames("gate", 3);
    }
    await running.stop();
    const counted = values("one", "steady");
    expect(counted).toEqual(rising(counted.length));
    expect(running.log("step_failed")).toEqual([]);
    expect(running.log("block_process_ended")).toEqual([]);
    const told = values("one", "changing").map((text) => String(text).split(":").map(Number) as [number, number]);
    const last = told.filter(([of]) => of === 3).map(([, count]) => count);
    expect(last).toEqual(rising(last.length));
  });

  test("of the config touches only what has changed: a camera, a broker, a definition", async () => {
    const running = await start(definition(revised(0)), { reload: "on_signal" });
    const started = (camera: string) =>
      running.log("source_started").filter((entry) => entry["camera"] === camera).length;

    const cameras = { gate: { url: gate.server.url("/gate"), max_fps: 10 }, yard: { url: gate.server.url("/yard") } };
    await writeFile(running.config, JSON.stringify(config({ reload: "on_signal", cameras })));
    running.signal("SIGHUP");
    await running.logged("config_applied", (entry) => (entry["cameras"] as string[]).includes("gate"));
    await running.frames("gate", 3);
    expect([started("gate"), started("yard")]).toEqual([2, 1]);

    const mqtt = { url: broker.url, client_id: "another" };
    await writeFile(running.config, JSON.stringify(config({ reload: "on_signal", cameras, mqtt })));
    running.signal("SIGHUP");
    await within(
      () => running.log("broker_connected").length === 2,
      () => "the broker is connected again",
    );
    await running.frames("gate", 3);
    expect([started("gate"), started("yard")]).toEqual([2, 1]);
    expect(running.log("daemon_started")).toHaveLength(1);

    await running.stop();
    const steady = values("one", "steady");
    // What was made while the broker changed is dropped and counted; the count itself has gone on.
    expect(steady).toEqual(steady.toSorted((a, b) => a - b));
    expect(new Set(steady).size).toBe(steady.length);
  });

  test("opens cameras of that pipeline again, and nothing else, where it looks at other pictures", async () => {
    const inputs = { frame: { type: "DynamicInputDefinition", selector_types: ["generic"], value_types: ["any"] } };
    const blind = definition(revised(1)) as Json;
    for (const block of blind.dynamic_blocks_definitions) block.manifest.inputs = inputs;
    for (const step of blind.steps) Object.assign(step, { image: undefined, frame: "$inputs.metadata" });
    blind.inputs.push({ type: "WorkflowVideoMetadata", name: "metadata" });
    const running = await start(blind);
    await change(definition(revised(2)));
    await running.frames("gate", 5);
    expect((await running.logged("cameras_reopened"))["cameras"]).toEqual(["gate"]);
    const started = running.log("source_started").map((entry) => entry["camera"]);
    expect(started.toSorted()).toEqual(["gate", "gate", "yard"]);
    await running.stop();
    const steady = values("one", "steady");
    expect(steady).toEqual(rising(steady.length));
  });

  test("forgets a camera that leaves, and nothing of the others", async () => {
    const { pipelines } = config();
    const shared = { cameras: ["gate", "yard"] };
    const both = { pipelines: { one: { ...pipelines.one, ...shared } } };
    const running = await start(definition(revised(1)), both);
    const applied = async (changes: object) => {
      const before = running.log("config_applied").length;
      await writeFile(running.config, JSON.stringify(config(changes)));
      await within(
        () => running.log("config_applied").length > before,
        () => `the config is taken\n${running.output().slice(-2000)}`,
      );
    };
    await applied({ cameras: { gate: config().cameras.gate }, pipelines: { one: pipelines.one } });
    const toldOfYard = () => watcher.texts("millrace/dock/camera/yard/status");
    await within(
      () => toldOfYard().at(-1) === "" && JSON.parse(toldOfYard().at(-2) ?? "{}").state === "ended",
      () => `the camera is gone: ${toldOfYard().slice(-2).join(" ")}`,
    );
    await running.frames("gate", 3);
    await applied(both);
    await running.frames("yard", 5);
    await running.stop();

    const counted = watcher.texts("millrace/dock/workflow/one/output/steady").map((text) => JSON.parse(text) as Json);
    const of = (name: string) => counted.filter(({ camera }) => camera === name).map(({ value }) => value);
    expect(of("gate")).toEqual(rising(of("gate").length));
    const again = of("yard").lastIndexOf(1);
    expect(again).toBeGreaterThan(0);
    expect(of("yard")).toEqual([...rising(again), ...rising(of("yard").length - again)]);
  });

  test("keeps its live page where it was, when it cannot be where it is to be", async () => {
    const port = await freePort();
    const running = await start(definition(revised(1)), { http: { port } });
    await writeFile(running.config, JSON.stringify(config({ http: { port: broker.port } })));
    expect((await running.logged("change_refused")).msg).toContain(`port ${broker.port} is in use`);
    await running.logged("config_applied");
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  });

  test("opens the daemon again for what nothing takes while running", async () => {
    const running = await start(definition(revised(0)));
    await writeFile(running.config, JSON.stringify(config({ frame_memory_mb: 256 })));
    expect((await running.logged("config_needs_restart"))["keys"]).toEqual(["frame_memory_mb"]);
    await within(
      () => running.log("daemon_started").length === 2,
      () => "the daemon is reopened",
    );
  });
});
