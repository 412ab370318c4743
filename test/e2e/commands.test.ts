import { writeFile } from "node:fs/promises";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { lacksBroker } from "../helpers/broker.ts";
import { baseConfig, startDaemon, type TestDaemon, trackingWorkflow, within } from "../helpers/daemon.ts";
import { useWatchedBroker } from "../helpers/watched-broker.ts";
import { useFolder, writeNumberedClip } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 150_000, hookTimeout: 60_000 });

const folder = useFolder();
const ROOT = "millrace/dock";

// biome-ignore lint/suspicious/noExplicitAny: results are compared as they are
type Json = any;

describe.skipIf(lacksBroker())("commands over MQTT", () => {
  const around = useWatchedBroker();
  let daemon: TestDaemon | undefined;
  let ids = 0;

  beforeAll(async () => {
    await writeNumberedClip(folder.path("clip.mkv"), 60, "320x192", 10);
    await writeFile(folder.path("shapes.json"), JSON.stringify(trackingWorkflow()));
  });
  afterEach(async () => {
    await daemon?.stop("SIGKILL");
  });

  const camera = { url: folder.path("clip.mkv"), loop: true };
  const configOf = (mqtt: object = { commands: "all" }, changes: object = {}) => ({
    ...baseConfig,
    mqtt: { url: around.broker.url, ...mqtt },
    cameras: { gate: { ...camera, url: folder.path("clip.mkv") } },
    pipelines: { one: { workflow: "shapes.json", cameras: ["gate"] } },
    ...changes,
  });
  async function start(mqtt?: object, changes?: object): Promise<TestDaemon> {
    daemon = await startDaemon(folder.path("millrace.yaml"), configOf(mqtt, changes));
    await daemon.logged("broker_connected");
    return daemon;
  }

  const last = (topic: string) => around.watcher.texts(`${ROOT}/${topic}`).at(-1);
  const heard = (topic: string, text: string) =>
    within(
      () => last(topic) === text,
      () => `${topic} is ${text}: ${last(topic)}\n${daemon?.output().slice(-2000)}`,
    );
  const inState = (state: string) =>
    within(
      () => JSON.parse(last("camera/gate/status") || "{}").state === state,
      () => `the camera is ${state}: ${last("camera/gate/status")}\n${daemon?.output().slice(-2000)}`,
    );

  /** Sends a command and waits for its result. */
  async function command(verb: string, body: object = {}): Promise<Json> {
    const id = `c${++ids}`;
    await around.watcher.publish(`${ROOT}/cmd/${verb}`, JSON.stringify({ id, ...body }));
    await within(
      () => last(`result/${id}`) !== undefined,
      () => `${verb} has a result\n${daemon?.output().slice(-2000)}`,
    );
    const { ok, error, value, ...rest } = JSON.parse(last(`result/${id}`) ?? "");
    expect(rest).toMatchObject({ schema: "millrace.result/1.0", id, verb });
    return error === null ? { ok, value } : { ok, ...error };
  }

  test("switch a camera off and on, and the state is remembered over a restart", async () => {
    const state = { state_dir: folder.path("state") };
    await start({}, state);
    await inState("online");
    expect(last("camera/gate/enabled")).toBe("ON");
    await around.watcher.publish(`${ROOT}/camera/gate/enabled/set`, "OFF");
    await heard("camera/gate/enabled", "OFF");
    await inState("disabled");
    expect(JSON.parse(last("result/enabled") ?? "")).toMatchObject({
      ok: true,
      value: { camera: "gate", enabled: false },
    });
    const { decoded } = (await daemon?.health())?.cameras["gate"] ?? {};
    expect(await daemon?.stop()).toEqual({ code: 0, signal: null });
    expect(decoded).toBeGreaterThan(0);
    expect(JSON.parse(last("camera/gate/status") ?? "")).toMatchObject({ state: "disabled" });

    const again = await start({}, state);
    await again.logged("camera_disabled");
    expect(last("camera/gate/enabled")).toBe("OFF");
    await around.watcher.publish(`${ROOT}/camera/gate/enabled/set`, "ON");
    await heard("camera/gate/enabled", "ON");
    await again.frames("gate", 5);
    await around.watcher.publish(`${ROOT}/camera/gate/enabled/set`, "maybe");
    await within(
      () => JSON.parse(last("result/enabled") ?? "").ok === false,
      () => "a wrong state is refused",
    );
    expect(JSON.parse(last("result/enabled") ?? "").error).toMatchObject({ code: "COMMAND_FORM" });
    expect(await command("enabled", { camera: "gaet", enabled: true })).toEqual({
      ok: false,
      code: "COMMAND_UNKNOWN_CAMERA",
      message: 'there is no camera "gaet"; did you mean "gate"?',
    });
    expect(await command("reload")).toMatchObject({ ok: false, code: "COMMAND_NOT_ALLOWED" });
  });

  test("that the broker keeps are not executed, and those that come later are", async () => {
    await around.watcher.publish(`${ROOT}/camera/gate/enabled/set`, "OFF", true);
    await around.watcher.publish(`${ROOT}/cmd/log_level`, '{"id":"kept","level":"debug"}', true);
    const running = await start();
    await running.frames("gate", 3);
    await around.broker.stop();
    await running.logged("broker_lost");
    await around.broker.start();
    await around.watcher.resubscribed();
    await within(
      () => running.log("broker_connected").length > 1,
      () => "it is connected again",
    );
    expect(await command("log_level", { level: "warn" })).toEqual({ ok: true, value: { level: "warn" } });
    expect(last("camera/gate/enabled")).toBe("ON");
    expect(around.watcher.texts(`${ROOT}/result/kept`)).toEqual([]);
    expect(running.log("camera_disabled")).toEqual([]);
  });

  test("set parameters while the workflow runs, held to their kinds", async () => {
    const running = await start();
    await running.frames("gate", 3);
    expect(await command("parameters", { pipeline: "one" })).toEqual({
      ok: true,
      value: { pipeline: "one", parameters: { confidence: 0.5 } },
    });
    expect(await command("parameters", { pipeline: "one", set: { confidence: 0.9 } })).toEqual({
      ok: true,
      value: { pipeline: "one", parameters: { confidence: 0.9 } },
    });
    expect(running.log("workflow_swapped")).toHaveLength(1);
    expect(await command("parameters", { pipeline: "one", set: { confidence: "much" } })).toMatchObject({
      ok: false,
      code: "COMMAND_PARAMETERS",
      message: expect.stringContaining('"confidence"'),
    });
    expect(await command("parameters", { pipeline: "one", set: { confidense: 1 } })).toMatchObject({
      code: "COMMAND_PARAMETERS",
      message: 'the workflow has no parameter "confidense"; did you mean "confidence"?',
    });
    // A reload of the config keeps what was set.
    expect(await command("reload")).toEqual({ ok: true, value: { restarts: false } });
    expect(await command("parameters", { pipeline: "one" })).toMatchObject({
      value: { parameters: { confidence: 0.9 } },
    });
    expect(await command("parameters", { pipeline: "one", reset: ["confidence"] })).toMatchObject({
      value: { parameters: { confidence: 0.5 } },
    });
    await running.frames("gate", 3);
  });

  test("take a snapshot, reload, and tell what is wrong", async () => {
    const running = await start();
    await running.frames("gate", 3);
    const { value } = await command("snapshot", { camera: "gate" });
    expect(value).toEqual({ camera: "gate", topic: `${ROOT}/camera/gate/snapshot`, bytes: expect.any(Number) });
    await around.watcher.count(`${ROOT}/camera/gate/snapshot/info`, 1);
    await around.watcher.count(`${ROOT}/camera/gate/snapshot`, 1);
    const [picture] = around.watcher.heard.filter(({ topic }) => topic === value.topic);
    expect(picture?.packet).toMatchObject({ retain: true, properties: { contentType: "image/jpeg" } });
    expect(
      Buffer.from(picture?.packet.payload ?? "")
        .subarray(0, 3)
        .toString("hex"),
    ).toBe("ffd8ff");
    expect(JSON.parse(last("camera/gate/snapshot/info") ?? "")).toMatchObject({ camera: "gate", bytes: value.bytes });

    await writeFile(
      running.config,
      JSON.stringify({ ...configOf(), pipelines: { one: { workflow: "absent.json", cameras: ["gate"] } } }),
    );
    expect(await command("reload")).toMatchObject({
      ok: false,
      code: "CONFIG",
      message: expect.stringContaining("absent.json: there is no such file"),
    });
    expect(await command("restart")).toMatchObject({ ok: false, code: "COMMAND_UNKNOWN" });
    await running.frames("gate", 3);
  });

  test("are not heard where the config takes none", async () => {
    const running = await start({ commands: "none" });
    await running.frames("gate", 3);
    await around.watcher.publish(`${ROOT}/camera/gate/enabled/set`, "OFF");
    await writeFile(running.config, JSON.stringify(configOf({ commands: "all" })));
    await within(
      () => running.log("broker_connected").length > 1,
      () => "the broker is connected with the new setting",
    );
    expect(await command("snapshot", { camera: "gate" })).toMatchObject({ ok: true });
    expect(last("camera/gate/enabled")).toBe("ON");
  });
});
