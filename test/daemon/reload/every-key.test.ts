import { execFileSync } from "node:child_process";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { STREAM_KEYS } from "../../../src/daemon/config/schema/camera-schema.ts";
import { ConfigSchema } from "../../../src/daemon/config/schema/config-schema.ts";
import { openEmbeddedBroker } from "../../../src/demo/broker.ts";
import { freePort } from "../../helpers/broker.ts";
import { SHAPES } from "../../helpers/cli.ts";
import { within } from "../../helpers/daemon.ts";
import { type OpenDaemon, openTestDaemon, preparedFrom } from "../../helpers/open-daemon.ts";
import { useFolder, writeNumberedClip } from "../../stream/clip.ts";

vi.setConfig({ testTimeout: 300_000 });

const folder = useFolder();

/** What a key may touch; a key of a pipeline or camera touches those of pipeline "one", which has "gate" and "yard". */
type Touched = "nothing" | "gate" | "cameras of one" | "definition of one" | "page" | "broker" | "restart";

interface Row {
  key: string;
  touches: Touched;
  value: unknown;
}

type Tree = Record<string, unknown>;

const [GATE, ONE] = ["cameras.gate", "pipelines.one"];

/** A value other than the one before for every key, in an order in which each is possible. */
function rowsOf(brokerUrl: string, port: number): Row[] {
  const rows = (touches: Touched, values: Record<string, unknown>) =>
    Object.entries(values).map(([key, value]) => ({ key, touches, value }));
  return [
    ...rows("gate", {
      [`${GATE}.url`]: "other.mkv",
      [`${GATE}.transport`]: "udp",
      [`${GATE}.username`]: "viewer",
      [`${GATE}.password`]: "secret",
      [`${GATE}.password_file`]: "other-secret",
      [`${GATE}.max_fps`]: 20,
      [`${GATE}.decode`]: "all",
      [`${GATE}.decoder`]: "auto",
      [`${GATE}.input_arguments`]: ["-threads", "1"],
      [`${GATE}.decoder_threads`]: 2,
      [`${GATE}.ca_file`]: "cert.pem",
      [`${GATE}.verify`]: false,
      [`${GATE}.connect_timeout_ms`]: 20_000,
      [`${GATE}.stall_timeout_ms`]: 20_000,
      [`${GATE}.pace`]: "fast",
      [`${GATE}.reuse`]: true,
      [`${GATE}.regions`]: true,
      [`${GATE}.clips`]: true,
      [`${GATE}.loop`]: false,
      [`${GATE}.stream_of`]: "attic",
      [`${ONE}.cameras`]: ["yard"],
    }),
    ...rows("definition of one", {
      [`${ONE}.workflow`]: "other.json",
      [`${ONE}.parameters`]: { least: 2 },
      [`${ONE}.publish.detections`]: null,
      [`${ONE}.publish.frames`]: true,
      [`${ONE}.publish.snapshots.mqtt`]: true,
      [`${ONE}.publish.snapshots.disk`]: true,
      [`${ONE}.publish.snapshots.crop`]: true,
      [`${ONE}.publish.snapshots.margin`]: 0.5,
      [`${ONE}.publish.snapshots.max_width`]: 640,
      [`${ONE}.publish.snapshots.max_kb`]: 100,
      [`${ONE}.publish.snapshots.quality`]: 70,
      // Without events there are no pictures of them.
      [`${ONE}.publish.snapshots`]: {},
      [`${ONE}.publish.events`]: false,
      [`${ONE}.publish.counts`]: false,
      [`${ONE}.publish.values`]: false,
      [`${ONE}.publish.tracks.confirm_frames`]: 5,
      [`${ONE}.publish.tracks.confirm_score`]: 0.6,
      [`${ONE}.publish.tracks.update_every_s`]: 7,
      [`${ONE}.publish.tracks.lost_after_s`]: 7,
      [`${ONE}.publish.tracks.max_open`]: 99,
      [`${ONE}.publish.outputs`]: "every_frame",
      [`${ONE}.picture`]: "picture",
      [`${ONE}.on_error`]: "drop",
    }),
    ...rows("cameras of one", {
      [`${ONE}.batch_size`]: 2,
      [`${ONE}.batch_wait_ms`]: 7,
      [`${ONE}.concurrency`]: 2,
      [`${ONE}.timeout_ms`]: 20_000,
      [`${ONE}.disable_sinks`]: true,
      [`${ONE}.keep_state`]: true,
    }),
    ...rows("page", {
      "http.host": "localhost",
      "http.port": port,
      "http.allowed_hosts": ["box.local"],
      "http.token": "0123456789abcdef",
      "http.token_for": "all",
    }),
    ...rows("broker", {
      "mqtt.username": "box",
      "mqtt.password": "secret",
      "mqtt.password_file": "other-secret",
      "mqtt.client_id": "another",
      "mqtt.protocol": "3.1.1",
      "mqtt.keep_alive_s": 60,
      "mqtt.commands": "all",
      "mqtt.home_assistant": true,
      "mqtt.ca_file": "cert.pem",
      "mqtt.cert_file": "cert.pem",
      "mqtt.key_file": "key.pem",
      "mqtt.verify": false,
      "mqtt.url": brokerUrl,
    }),
    ...rows("nothing", {
      // Of which no parameter makes use.
      "zones.door.line": [
        [0, 0.5],
        [1, 0.5],
      ],
      "zones.door.camera": "gate",
      "zones.door.pixels_of": [2, 1],
      "zones.door.polygon": [
        [0, 0],
        [2, 0],
        [2, 1],
      ],
      "mqtt.formats": ["frigate-events"],
      // Of a camera that no pipeline runs on by then.
      [`${GATE}.enabled`]: false,
      "models.known/1.family": "yolov8",
      "models.known/1.options": {},
      "models.known/1.width": 320,
      "models.known/1.height": 192,
      [`${ONE}.video_out`]: [{ output: "picture", mjpeg: true }],
      "log.level": "error",
      "log.format": "text",
      reload: "on_signal",
      stats_interval_s: 3,
      [`${GATE}.priority`]: "high",
      "host.every_s": 3,
      "host.shed": false,
      "host.shed_after_s": 5,
      "host.restore_after_s": 5,
      "host.memory_reserve_mb": 80,
      "host.disk_reserve_mb": 32,
      "host.temperature_c": 85,
      "host.root": "machine",
      code_blocks: "off",
      isolated_level: "process",
      code_call_timeout_ms: 500,
      python: "python3.11",
    }),
    ...rows("restart", {
      device: "other",
      "mqtt.prefix": "other",
      "mqtt.spool_mb": 32,
      "mqtt.spool_days": 3,
      "inference.providers": ["cpu"],
      "inference.tensorrt.device_id": 1,
      "inference.tensorrt.fp16": true,
      "inference.tensorrt.cache_dir": "/engines",
      "inference.tensorrt.workspace_mb": 1024,
      "inference.tensorrt.builder_level": 2,
      "inference.cuda.device_id": 1,
      "inference.cuda.memory_mb": 1024,
      "inference.cuda.convolution_search": "heuristic",
      "inference.sessions": 1,
      "inference.max_batch": 2,
      "inference.max_wait_ms": 7,
      "models.known/1.path": "same.onnx",
      "models.known/1.preprocessing": { fit: "stretch" },
      "models.known/1.classes": ["a", "b", "c"],
      ffmpeg: "/usr/bin/ffmpeg",
      frame_memory_mb: 128,
      state_dir: "state",
      plugins: ["./plugin"],
      language_calls_per_minute: 5,
      "archive.directory": "events",
      "archive.max_mb": 10,
      "archive.max_days": 3,
      "archive.reserve_mb": 1,
      "block_files.directory": "files",
      "block_files.max_mb": 10,
      "block_files.max_days": 3,
      "block_files.when_full": "delete_oldest",
      "block_files.reserve_mb": 1,
    }),
    // The model that runs stays until the other one has come, which nothing brings here.
    ...rows("nothing", {
      "models.known/1.url": "https://127.0.0.1:1/other.onnx",
      "models.known/1.sha256": "b".repeat(64),
      "models.known/1.username": "box",
      "models.known/1.password": "secret",
      "models.known/1.password_file": "other-secret",
    }),
  ];
}

function definition(name: string): string {
  return JSON.stringify({
    version: "1.0",
    inputs: [
      { type: "WorkflowImage", name: "image" },
      { type: "WorkflowParameter", name: "least", kind: ["integer"], default_value: 1 },
    ],
    steps: [
      {
        type: "roboflow_core/property_definition@v1",
        name,
        data: "$inputs.image",
        operations: [{ type: "ExtractImageProperty", property_name: "size" }],
      },
    ],
    outputs: [
      { type: "JsonField", name: "size", selector: `$steps.${name}.output` },
      { type: "JsonField", name: "picture", selector: "$inputs.image" },
    ],
  });
}

/** Keys of the schema as deep as they go, with an id for each record. */
function leaves(schema: unknown, path: string): string[] {
  const inner = unwrapped(schema) as { shape?: Tree; valueType?: unknown };
  const at = (key: string) => (path === "" ? key : `${path}.${key}`);
  if (inner.shape !== undefined) return Object.entries(inner.shape).flatMap(([key, child]) => leaves(child, at(key)));
  const id = { cameras: "gate", pipelines: "one", models: "known/1", zones: "door" }[path];
  return inner.valueType === undefined || id === undefined ? [path] : leaves(inner.valueType, at(id));
}

function unwrapped(schema: unknown): unknown {
  const inside = (schema as { _zod?: { def?: { innerType?: unknown } } })._zod?.def?.innerType;
  return inside === undefined ? schema : unwrapped(inside);
}

const isOfStream = (key: string) => STREAM_KEYS.some((one) => one === key);

function withValue(tree: Tree, [key = "", ...rest]: readonly string[], value: unknown): Tree {
  const inner = (tree[key] ?? {}) as Tree;
  // A password has one source.
  if (key === "password_file") {
    const { password: _, ...others } = tree;
    return { ...others, [key]: value };
  }
  // A model has one source, and a download its checksum.
  if (key === "url" && "path" in tree) {
    const { path: _, ...others } = tree;
    return { ...others, [key]: value, sha256: "a".repeat(64) };
  }
  // A camera has one stream, of which all is said where its address is.
  if (key === "stream_of") {
    return { ...Object.fromEntries(Object.entries(tree).filter(([name]) => !isOfStream(name))), [key]: value };
  }
  // A zone has one outline.
  if (key === "polygon") return { camera: tree["camera"], pixels_of: tree["pixels_of"], polygon: value };
  return { ...tree, [key]: rest.length === 0 ? value : withValue(inner, rest, value) };
}

test("every key touches what the schema says, and nothing else starts again", async () => {
  for (const name of ["clip", "other"]) await writeNumberedClip(folder.path(`${name}.mkv`), 50);
  for (const [name, step] of Object.entries({ one: "size", other: "wide", two: "size" })) {
    await writeFile(folder.path(`${name}.json`), definition(step));
  }
  for (const name of ["known", "same"]) await cp(SHAPES, folder.path(`${name}.onnx`));
  await writeFile(folder.path("other-secret"), "another");
  await mkdir(folder.path("plugin"));
  await writeFile(
    folder.path("plugin/package.json"),
    JSON.stringify({ name: "plugin", type: "module", exports: "./index.js" }),
  );
  await writeFile(folder.path("plugin/index.js"), "export const initialisers = { one: 1 };");
  const files = ["-keyout", folder.path("key.pem"), "-out", folder.path("cert.pem")];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=box", ...files], {
    stdio: "ignore",
  });
  const [broker, second] = [await openEmbeddedBroker(() => {}), await openEmbeddedBroker(() => {})];
  const camera = { url: "clip.mkv", loop: true };
  let config: Tree = {
    device: "dock",
    state_dir: "first-state",
    http: { port: 0 },
    mqtt: { url: broker.url },
    models: { "known/1": { path: "known.onnx" } },
    cameras: { gate: camera, yard: camera, hall: camera, attic: camera },
    pipelines: {
      one: { workflow: "one.json", cameras: ["gate", "yard"] },
      two: { workflow: "two.json", cameras: ["hall"] },
    },
  };
  const rows = rowsOf(second.url, await freePort());
  const untried = leaves(ConfigSchema, "").filter((leaf) => !rows.some(({ key }) => `${leaf}.`.startsWith(`${key}.`)));
  expect(untried, "a key of the schema has a row in this test").toEqual([]);

  const open = await openTestDaemon(folder.path("millrace.json"), config);
  onTestFinished(async () => {
    await open.daemon.close(5000);
    await Promise.all([broker.close(), second.close()]);
  });
  const expected = { gate: 1, yard: 1, hall: 1, definition: 0, page: 1, broker: 1, restart: 0 };
  const agrees = (why: string) =>
    within(
      () =>
        Object.entries(countsOf(open)).every(
          ([name, count]) => count >= (expected[name as keyof typeof expected] ?? 0),
        ),
      () => `${why}: ${JSON.stringify(countsOf(open))} are ${JSON.stringify(expected)}`,
    ).then(() => expect(countsOf(open), why).toEqual(expected));
  await agrees("the start");

  for (const { key, touches, value } of rows) {
    const path = key.startsWith("models.") ? ["models", "known/1", key.split(".").at(-1) ?? ""] : key.split(".");
    const next = withValue(config, path, value);
    const isTaken = await open.daemon.apply(await preparedFrom(folder.path("millrace.json"), next));
    expect(isTaken, key).toBe(touches !== "restart");
    if (touches === "gate" && key !== `${ONE}.cameras`) expected.gate++;
    if (touches === "cameras of one") expected.yard++;
    if (touches === "definition of one") expected.definition++;
    if (touches === "page" || touches === "broker" || touches === "restart") expected[touches]++;
    await agrees(key);
    if (touches !== "restart") config = next;
  }
  expect(open.events("change_refused")).toEqual([]);
});

function countsOf({ events }: OpenDaemon) {
  const started = (camera: string) => events("source_started").filter((event) => event.camera === camera).length;
  return {
    gate: started("gate"),
    yard: started("yard"),
    hall: started("hall"),
    definition: events("workflow_swapped").length,
    page: events("http_listening").length,
    broker: events("broker_connected").length,
    restart: events("config_needs_restart").length,
  };
}
