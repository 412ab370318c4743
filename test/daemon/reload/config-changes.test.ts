import { writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../../../src/daemon/config/config.ts";
import { prepare } from "../../../src/daemon/prepare/prepare.ts";
import { configChanges, type PreparedConfig } from "../../../src/daemon/reload/config-changes.ts";
import { codeBlock } from "../../dynamic/code-in-a-definition.ts";
import { useFolder } from "../../stream/clip.ts";

const folder = useFolder();

const definition = (source: string) =>
  JSON.stringify({
    version: "1.0",
    inputs: [
      { type: "WorkflowImage", name: "image" },
      { type: "WorkflowParameter", name: "least", default_value: 1 },
    ],
    dynamic_blocks_definitions: [codeBlock("Code", source)],
    steps: [{ type: "Code", name: "code", value: "$inputs.least" }],
    outputs: [{ type: "JsonField", name: "out", selector: "$steps.code.out" }],
  });

const camera = (name: string) => ({ url: `rtsp://127.0.0.1/${name}` });

const BASE = {
  cameras: { gate: camera("gate"), yard: camera("yard"), hall: camera("hall") },
  pipelines: {
    one: { workflow: "one.json", cameras: ["gate", "yard"] },
    two: { workflow: "two.json", cameras: ["hall"] },
  },
  mqtt: { url: "mqtt://127.0.0.1" },
};

let configs = 0;

async function read(changes: object = {}): Promise<PreparedConfig> {
  const file = folder.path(`${configs++}.json`);
  await writeFile(file, JSON.stringify({ ...BASE, ...changes }));
  const config = await readConfig(file, {});
  return { config, prepared: await prepare(config, file) };
}

async function changed(changes: object) {
  return configChanges(await read(), await read(changes));
}

const NOTHING = {
  restart: [],
  broker: [],
  page: [],
  statistics: [],
  host: [],
  video: [],
  outside: [],
  pipelines: { added: [], removed: [], reopened: [], swapped: [] },
  cameras: new Map(),
};

const { one, two } = BASE.pipelines;

beforeAll(async () => {
  for (const name of ["one", "two"]) await writeFile(folder.path(`${name}.json`), definition("function run() {}"));
});

describe("what has changed between two configs", () => {
  it("is nothing when they say the same", async () => {
    expect(await changed({})).toEqual(NOTHING);
  });

  it.each([
    ["the broker", { mqtt: { url: "mqtt://127.0.0.2" } }, { broker: ["mqtt.url"] }],
    ["the live page", { http: { port: 8090 } }, { page: ["http.port"] }],
    ["the pause between statistics", { stats_interval_s: 3 }, { statistics: ["stats_interval_s"] }],
    ["how the machine is watched", { host: { every_s: 3 } }, { host: ["host.every_s"] }],
    ["the log", { log: { level: "debug" } }, { outside: ["log.level"] }],
    ["how it is read", { reload: "on_signal" }, { outside: ["reload"] }],
  ])("is %s alone", async (_, changes, found) => {
    expect(await changed(changes)).toEqual({ ...NOTHING, ...found });
  });

  it.each([
    ["parameters", { parameters: { least: 2 } }],
    ["what is published", { publish: { outputs: "every_frame" } }],
    ["the answer to failures", { on_error: "drop" }],
    ["the file of the definition", { workflow: "two.json" }],
  ])("is taken by the pipeline that runs: %s", async (_, changes) => {
    const { pipelines, ...rest } = await changed({ pipelines: { one: { ...one, ...changes }, two } });
    expect({ ...rest, pipelines }).toEqual({ ...NOTHING, pipelines: { ...NOTHING.pipelines, swapped: ["one"] } });
  });

  it("is found in the definition itself", async () => {
    const before = await read();
    await writeFile(folder.path("two.json"), definition("function run() { return { out: 1 }; }"));
    expect(configChanges(before, await read()).pipelines).toEqual({ ...NOTHING.pipelines, swapped: ["two"] });
  });

  it.each([
    ["the size of batches", { batch_size: 2 }],
    ["the limit of time", { timeout_ms: 1000 }],
    ["the number of batches under way", { concurrency: 2 }],
  ])("opens a pipeline again: %s", async (_, changes) => {
    const { pipelines } = await changed({ pipelines: { one: { ...one, ...changes }, two } });
    expect(pipelines).toEqual({ ...NOTHING.pipelines, reopened: ["one"] });
  });

  it("is a pipeline that comes, and one that goes", async () => {
    const { pipelines } = await changed({ pipelines: { one, three: two } });
    expect(pipelines).toEqual({ ...NOTHING.pipelines, added: ["three"], removed: ["two"] });
  });

  it("is cameras that come, go and move, by the pipelines that go on", async () => {
    const cameras = { gate: { ...camera("gate"), max_fps: 3 }, yard: camera("yard"), door: camera("door") };
    const pipelines = { one: { ...one, cameras: ["gate"] }, two: { ...two, cameras: ["yard", "door"] } };
    const found = await changed({ cameras, pipelines });
    expect(found.pipelines).toEqual(NOTHING.pipelines);
    expect(found.cameras).toEqual(
      new Map([
        ["one", { added: [], removed: ["yard"], changed: ["gate"] }],
        ["two", { added: ["yard", "door"], removed: ["hall"], changed: [] }],
      ]),
    );
  });

  it.each([
    ["device", { device: "other" }, ["device"]],
    ["frame_memory_mb", { frame_memory_mb: 256 }, ["frame_memory_mb"]],
    ["inference", { inference: { sessions: 1 } }, ["inference.sessions"]],
    ["mqtt, when it goes", { mqtt: undefined }, ["mqtt"]],
    ["mqtt.prefix", { mqtt: { ...BASE.mqtt, prefix: "other" } }, ["mqtt.prefix"]],
  ])("takes a daemon that is reopened: %s", async (_, changes, keys) => {
    expect((await changed(changes)).restart).toEqual(keys);
  });
});
