import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parseConfig, readConfig } from "../../../src/daemon/config/config.ts";
import { hostDevice } from "../../../src/daemon/config/host-device.ts";
import { useFolder } from "../../stream/clip.ts";

const folder = useFolder();
const LEAST = "cameras: {gate: {url: gate.mp4}}\npipelines: {count: {workflow: count.json, cameras: [gate]}}\n";

async function read(yaml: string, environment: NodeJS.ProcessEnv = {}) {
  const path = folder.path("millrace.yaml");
  await writeFile(path, yaml);
  return readConfig(path, environment);
}

function messages(yaml: string, environment: NodeJS.ProcessEnv = {}): string[] {
  return parseConfig(yaml, environment).issues.map(({ code, path, message, line }) => {
    return `${code} ${path} ${line === undefined ? "" : `line ${line}: `}${message}`;
  });
}

describe("a config", () => {
  test("needs cameras and pipelines; the rest has defaults", () => {
    const { config, issues } = parseConfig(LEAST, {});
    expect(issues).toEqual([]);
    expect(config).toMatchObject({
      device: hostDevice(),
      models: {},
      cameras: {
        gate: { transport: "tcp", loop: false, pace: "realtime", input_arguments: [], stall_timeout_ms: 10_000 },
      },
      pipelines: {
        count: {
          parameters: {},
          publish: { frames: false, events: true, counts: true, values: true, outputs: "changed" },
          batch_size: 8,
          timeout_ms: 30_000,
        },
      },
      inference: { providers: ["tensorrt", "cuda", "cpu"], max_batch: 8 },
      http: { host: "127.0.0.1", port: 8480 },
      log: { level: "info", format: "auto" },
      stats_interval_s: 10,
    });
    expect(config?.mqtt).toBeUndefined();
    expect(parseConfig(`mqtt: {url: "mqtt://broker"}\n${LEAST}`, {}).config?.mqtt).toMatchObject({
      prefix: "millrace",
      protocol: "auto",
      keep_alive_s: 30,
      spool_mb: 64,
      verify: true,
    });
  });

  test("means paths from where it lies, and leaves addresses and devices as they are", async () => {
    const config = await read(`
cameras:
  file: {url: clips/gate.mp4}
  rtsp: {url: "rtsp://camera/stream"}
  usb: {url: /dev/video0}
models:
  people/1: {path: ../models/people.onnx, classes: people.txt}
  named/1: {path: named.onnx, classes: [person]}
pipelines: {count: {workflow: count.json, cameras: [file, rtsp, usb]}}
mqtt: {url: "mqtts://broker", ca_file: ca.pem, cert_file: /etc/cert.pem}
state_dir: state
`);
    expect(config.cameras["file"]?.url).toBe(folder.path("clips/gate.mp4"));
    expect(config.cameras["rtsp"]?.url).toBe("rtsp://camera/stream");
    expect(config.cameras["usb"]?.url).toBe("/dev/video0");
    expect(config.models["people/1"]).toMatchObject({
      path: resolve(folder.path("."), "../models/people.onnx"),
      classes: folder.path("people.txt"),
    });
    expect(config.models["named/1"]?.classes).toEqual(["person"]);
    expect(config.pipelines["count"]?.workflow).toBe(folder.path("count.json"));
    expect(config.mqtt).toMatchObject({
      url: "mqtts://broker",
      ca_file: folder.path("ca.pem"),
      cert_file: "/etc/cert.pem",
    });
    expect(config.state_dir).toBe(folder.path("state"));
  });

  test("takes values from the environment, as text and inside of text", async () => {
    const config = await read(
      `device: dock-\${NUMBER}\nmqtt: {url: "mqtt://\${HOST}:\${PORT}", password: "\${PASSWORD}"}\n${LEAST}`,
      { NUMBER: "7", HOST: "broker", PORT: "1884", PASSWORD: "12345: #{no yaml}" },
    );
    expect(config.device).toBe("dock-7");
    expect(config.mqtt).toMatchObject({ url: "mqtt://broker:1884", password: "12345: #{no yaml}" });
  });

  test("is not taken from an empty file, a list, a text or an unknown anchor", () => {
    expect(messages("")).toEqual([
      'CONFIG_MISSING /cameras line 1: "cameras" is missing',
      'CONFIG_MISSING /pipelines line 1: "pipelines" is missing',
    ]);
    expect(messages("[1, 2]")).toEqual(['CONFIG_VALUE  line 1: "config" is a list: expected a map']);
    expect(messages("words")).toEqual(['CONFIG_VALUE  line 1: "config" is "words": expected a map']);
    expect(messages(`${LEAST}models: *nothing\n`)).toEqual([
      "CONFIG_YAML  Unresolved alias (the anchor must be set before the alias): nothing",
    ]);
  });

  test("may keep what repeats under x- keys, and merge it in", async () => {
    const config = await read(`
x-outdoors: &outdoors {transport: udp, max_fps: 5}
cameras:
  gate: {<<: *outdoors, url: "rtsp://gate/1"}
  yard: {<<: *outdoors, url: "rtsp://yard/1", max_fps: 2}
pipelines: {count: {workflow: count.json, cameras: [gate, yard]}}
`);
    expect(config.cameras).toMatchObject({
      gate: { transport: "udp", max_fps: 5 },
      yard: { transport: "udp", max_fps: 2 },
    });
    expect(config).not.toHaveProperty("x-outdoors");
    expect(messages(`${LEAST}http: {x-host: 0.0.0.0}\n`)).toEqual([
      'CONFIG_UNKNOWN_KEY /http/x-host line 3: "x-host" is not known',
    ]);
  });

  test("may have a byte order mark, and be in UTF-16", async () => {
    for (const bytes of [Buffer.from(`\ufeff${LEAST}`), Buffer.from(`\ufeff${LEAST}`, "utf16le")]) {
      await writeFile(folder.path("marked.yaml"), bytes);
      expect(Object.keys((await readConfig(folder.path("marked.yaml"), {})).cameras)).toEqual(["gate"]);
    }
    await writeFile(folder.path("bytes.yaml"), Buffer.from([0x61, 0xff, 0x3a]));
    await expect(readConfig(folder.path("bytes.yaml"), {})).rejects.toThrow("bytes.yaml: is no text in UTF-8");
  });

  test("tells line and column of a fault", async () => {
    await expect(read(`${LEAST}http:\n  hots: 0.0.0.0\n`)).rejects.toThrow(
      `${folder.path("millrace.yaml")}:4:3 /http/hots: "hots" is not known [CONFIG_UNKNOWN_KEY]\n    hint: did you mean "host"?`,
    );
  });

  test("may not name a camera twice, nor a key", () => {
    expect(messages("cameras: {a: {url: x}, a: {url: y}}\npipelines: {}\n")).toEqual([
      "CONFIG_YAML  line 1: Map keys must be unique",
    ]);
  });

  test("does not show a token that is too short", () => {
    expect(messages(`${LEAST}http: {token: sh0rt}\n`)).toEqual([
      'CONFIG_VALUE /http/token line 3: "token" is a string: expected 16 to 200 letters, digits and signs without spaces',
    ]);
  });

  test("has a hint for a key of settings that may be a switch as well", () => {
    const hints = (camera: string) =>
      parseConfig(`state_dir: state\n${LEAST.replace("url: gate.mp4", `url: gate.mp4, ${camera}`)}`, {}).issues;
    const path = (setting: string, key: string) => `/cameras/gate/${setting}/${key}`;
    for (const [setting, wrong, right] of [
      ["regions", "chang", "change"],
      ["clips", "befor_s", "before_s"],
    ] as const) {
      expect(hints(`${setting}: {${wrong}: 5}`)).toMatchObject([
        { code: "CONFIG_UNKNOWN_KEY", path: path(setting, wrong), hint: `did you mean "${right}"?` },
      ]);
    }
  });

  test("tells what fits where a key is far from any known one", () => {
    const [issue] = parseConfig(`${LEAST}http: {address: 0.0.0.0}\n`, {}).issues;
    expect(issue).toMatchObject({
      code: "CONFIG_UNKNOWN_KEY",
      path: "/http/address",
      hint: "known here: host, port, allowed_hosts, token, token_for",
    });
  });
});
