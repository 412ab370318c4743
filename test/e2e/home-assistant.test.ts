import { writeFile } from "node:fs/promises";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { lacksBroker } from "../helpers/broker.ts";
import { baseConfig, startDaemon, type TestDaemon, trackingWorkflow, within } from "../helpers/daemon.ts";
import { discoveryFaults } from "../helpers/home-assistant-rules.ts";
import { useWatchedBroker } from "../helpers/watched-broker.ts";
import { useFolder, writeNumberedClip } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 150_000, hookTimeout: 60_000 });

const folder = useFolder();
const [BOX, GATE, YARD] = ["dock", "dock-gate", "dock-yard"].map(
  (id) => `homeassistant/device/millrace-${id}/config`,
) as [string, string, string];

// biome-ignore lint/suspicious/noExplicitAny: documents are compared as they are
type Json = any;

describe.skipIf(lacksBroker())("discovery by Home Assistant", () => {
  const around = useWatchedBroker();
  let daemon: TestDaemon | undefined;

  beforeAll(async () => {
    await writeNumberedClip(folder.path("clip.mkv"), 60, "320x192", 10);
    await writeFile(folder.path("shapes.json"), JSON.stringify(trackingWorkflow()));
  });
  afterEach(async () => {
    await daemon?.stop("SIGKILL");
  });

  const configOf = (mqtt: object, cameras: readonly string[] = ["gate", "yard"]) => ({
    ...baseConfig,
    state_dir: folder.path("state"),
    mqtt: { url: around.broker.url, ...mqtt },
    cameras: Object.fromEntries(cameras.map((id) => [id, { url: folder.path("clip.mkv"), loop: true }])),
    pipelines: { one: { workflow: "shapes.json", cameras } },
  });
  const texts = (topic: string) => around.watcher.texts(topic);
  const documentOf = (topic: string): Json => JSON.parse(texts(topic).at(-1) || "null");
  const announced = (topic: string, key: string) =>
    within(
      () => documentOf(topic)?.components[key] !== undefined,
      () => `${topic} has ${key}\n${daemon?.output().slice(-2000)}`,
    );
  const isCleared = (topic: string) =>
    within(
      () => texts(topic).at(-1) === "",
      () => `${topic} is cleared\n${daemon?.output().slice(-2000)}`,
    );
  const reload = (running: TestDaemon, config: object) => writeFile(running.config, JSON.stringify(config));

  test("gets a document for the box and for each camera, by its rules, whose topics hold what they promise", async () => {
    const wording = {
      name: "Dock 3",
      names: { gate: "Front gate", frames: "Frames so far" },
      units: { frames: "frames" },
    };
    daemon = await startDaemon(folder.path("millrace.yaml"), configOf({ commands: "all", home_assistant: wording }));
    await announced(GATE, "value_frames");
    await announced(YARD, "value_frames");
    await within(
      () => around.watcher.texts("millrace/dock/stats").length > 1,
      () => "there are statistics",
    );
    const documents = new Map([BOX, GATE, YARD].map((topic) => [topic, documentOf(topic)]));
    const held = new Map(around.watcher.heard.map(({ topic, text }) => [topic, text]));
    expect(discoveryFaults(documents, held)).toEqual([]);
    expect(around.watcher.heard.filter(({ topic }) => topic === GATE).every(({ packet }) => packet.retain)).toBe(true);
    expect(documents.get(BOX).device).toMatchObject({ identifiers: ["millrace-dock"], name: "Dock 3" });
    const { device, components } = documents.get(GATE);
    expect(device).toMatchObject({ name: "Front gate", via_device: "millrace-dock" });
    expect(components.value_frames).toMatchObject({ name: "Frames so far", unit_of_measurement: "frames" });
    const platforms = Object.values<Json>(components).map(({ platform }) => platform);
    expect(new Set(platforms)).toEqual(new Set(["switch", "sensor", "binary_sensor", "button", "image", "event"]));

    const { enabled, take_snapshot: button, snapshot } = components;
    await around.watcher.publish(button.command_topic, button.payload_press);
    await around.watcher.count(snapshot.image_topic, 1);
    await around.watcher.publish(enabled.command_topic, enabled.payload_off);
    await within(
      () => texts(enabled.state_topic).at(-1) === enabled.payload_off,
      () => "the switch is off",
    );
    const before = texts(GATE).length;
    await around.watcher.publish("homeassistant/status", "online");
    await around.watcher.count(GATE, before + 1);
  });

  test("holds nothing of a camera that is gone, nor of a box that is not announced any more", async () => {
    daemon = await startDaemon(folder.path("millrace.yaml"), configOf({ home_assistant: true }));
    await announced(YARD, "status");
    await reload(daemon, configOf({ home_assistant: true }, ["gate"]));
    await isCleared(YARD);
    expect(documentOf(GATE)).not.toBeNull();
    await daemon.stop();
    daemon = await startDaemon(folder.path("millrace.yaml"), configOf({ home_assistant: { prefix: "ha" } }, ["gate"]));
    await isCleared(GATE);
    await isCleared(BOX);
    await announced("ha/device/millrace-dock-gate/config", "status");
    await reload(daemon, configOf({}, ["gate"]));
    await isCleared("ha/device/millrace-dock-gate/config");
    await isCleared("ha/device/millrace-dock/config");
  });
});
