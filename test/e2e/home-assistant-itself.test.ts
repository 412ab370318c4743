import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { lacksBroker } from "../helpers/broker.ts";
import { baseConfig, startDaemon, type TestDaemon, trackingWorkflow, within } from "../helpers/daemon.ts";
import { useWatchedBroker } from "../helpers/watched-broker.ts";
import { useFolder, writeNumberedClip } from "../stream/clip.ts";

// Home Assistant itself, where MILLRACE_HASS names its program: `pip install homeassistant` is too much for every run. Releases before 2024.11
// know no discovery by device, so each component is announced by itself as well, in the way in which newer ones take a document apart.

const HASS = process.env["MILLRACE_HASS"];

vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 });

// biome-ignore lint/suspicious/noExplicitAny: documents are compared as they are
type Json = any;

describe.skipIf(HASS === undefined || lacksBroker())("Home Assistant", () => {
  const folder = useFolder();
  const around = useWatchedBroker();
  let daemon: TestDaemon | undefined;
  let hass: ChildProcess | undefined;
  let log = "";

  afterEach(async () => {
    await daemon?.stop("SIGKILL");
    hass?.kill("SIGKILL");
  });

  async function startHass(): Promise<string> {
    const home = folder.path("hass");
    const { hostname, port } = new URL(around.broker.url);
    await mkdir(`${home}/.storage`, { recursive: true });
    await writeFile(`${home}/configuration.yaml`, CONFIGURATION);
    const broker = { broker: hostname, port: Number(port), discovery: true, discovery_prefix: "homeassistant" };
    await writeFile(`${home}/.storage/core.config_entries`, JSON.stringify(configEntries(broker)));
    hass = spawn(HASS ?? "", ["--config", home, "--skip-pip"], { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [hass.stdout, hass.stderr]) stream?.on("data", (text) => (log += text));
    return home;
  }

  test("has an entity for everything that is announced, with its name and its state, and its switches work", async () => {
    await writeNumberedClip(folder.path("clip.mkv"), 60, "320x192", 10);
    await writeFile(folder.path("shapes.json"), JSON.stringify(trackingWorkflow()));
    const home = await startHass();
    daemon = await startDaemon(folder.path("millrace.yaml"), {
      ...baseConfig,
      state_dir: folder.path("state"),
      mqtt: { url: around.broker.url, commands: "all", home_assistant: { names: { gate: "Front gate" } } },
      cameras: { gate: { url: folder.path("clip.mkv"), loop: true } },
      pipelines: { one: { workflow: "shapes.json", cameras: ["gate"] } },
    });
    const topics = ["dock", "dock-gate"].map((id) => `homeassistant/device/millrace-${id}/config`);
    const documentOf = (topic: string): Json => JSON.parse(around.watcher.texts(topic).at(-1) || "null");
    await within(
      () => topics.every((topic) => documentOf(topic) !== null) && documentOf(topics[1] ?? "").components.value_frames,
      () => daemon?.output().slice(-2000) ?? "",
    );
    const components: Json[] = topics.flatMap((topic) => {
      const { device, origin, components: parts } = documentOf(topic);
      return Object.values<Json>(parts).map((part) => ({ device, origin, ...part }));
    });
    const announce = () => {
      for (const { platform, ...component } of components) {
        const topic = `homeassistant/${platform}/${component.unique_id.replaceAll(/[^\w-]/g, "_")}/config`;
        void around.watcher.publish(topic, JSON.stringify(component));
      }
    };
    await heard("homeassistant/status", () => true);
    announce();

    // Home Assistant writes its registry some seconds after the last change.
    const registered = async () => new Map((await entitiesIn(home)).map((entity) => [entity.unique_id, entity]));
    const ids = components.map(({ unique_id }) => unique_id as string);
    let entities = new Map<string, Entity>();
    await within(
      async () => {
        entities = await registered();
        return ids.every((id) => entities.has(id));
      },
      () => `these are registered: ${ids.filter((id) => !entities.has(id)).join(", ")}\n${log.slice(-4000)}`,
      120_000,
    );
    for (const { platform, unique_id, name, device } of components) {
      const entity = entities.get(unique_id) as Entity;
      expect(entity.entity_id.split(".")[0]).toBe(platform);
      expect(entity.original_name, `${unique_id} of ${device.name}`).toBe(name ?? null);
    }
    const complaints = log.split("\n").filter((line) => /(ERROR|WARNING).*mqtt/i.test(line));
    expect(complaints.filter((line) => !line.endsWith("Integration device is not supported"))).toEqual([]);

    const stateOf = (id: string) => `said/${entities.get(id)?.entity_id.replace(".", "/")}/state`;
    // A button, an event and a picture have a state once there was one.
    const held = [...entities.values()].filter(({ entity_id }) => !/^(button|event|image)\./.test(entity_id));
    const stateless = () => {
      const states = held.map(({ unique_id }) => [unique_id, around.watcher.texts(stateOf(unique_id)).at(-1)] as const);
      return states.filter(([, state]) => state === undefined || state === "unknown" || state === "unavailable");
    };
    await within(
      () => stateless().length === 0,
      () => `all have a state: ${stateless().join("; ")}`,
    );
    const gate = components.find(({ platform, device }) => platform === "switch" && device.name === "Front gate");
    const gateState = stateOf(gate.unique_id);
    await heard(gateState, (text) => text === "on");
    await around.watcher.publish("ask/turn_off", (entities.get(gate.unique_id) as Entity).entity_id);
    await heard(gate.state_topic, (text) => text === gate.payload_off);
    await heard(gateState, (text) => text === "off");
  });

  function heard(topic: string, is: (text: string) => boolean): Promise<void> {
    return within(
      () => {
        const last = around.watcher.texts(topic).at(-1);
        return last !== undefined && is(last);
      },
      () => `${topic} has ${around.watcher.texts(topic).at(-1)}\n${log.slice(-4000)}`,
      120_000,
    );
  }
});

interface Entity {
  entity_id: string;
  unique_id: string;
  original_name: string | null;
}

async function entitiesIn(home: string): Promise<Entity[]> {
  const text = await readFile(`${home}/.storage/core.entity_registry`, "utf8").catch(() => "null");
  return JSON.parse(text)?.data.entities ?? [];
}

function configEntries(data: object) {
  const entry = {
    entry_id: "broker",
    version: 1,
    minor_version: 1,
    domain: "mqtt",
    title: "broker",
    data,
    options: {},
  };
  const more = {
    pref_disable_new_entities: false,
    pref_disable_polling: false,
    source: "user",
    unique_id: null,
    disabled_by: null,
  };
  return { version: 1, minor_version: 1, key: "core.config_entries", data: { entries: [{ ...entry, ...more }] } };
}

/** States are published over MQTT, and a message turns a switch off, so that no user and no token are needed. */
const CONFIGURATION = `
homeassistant: { name: Home, latitude: 0, longitude: 0, elevation: 0, unit_system: metric, time_zone: UTC }
mqtt_statestream: { base_topic: said, publish_attributes: true }
automation:
  - alias: turn off
    trigger: [{ platform: mqtt, topic: ask/turn_off }]
    action: [{ service: switch.turn_off, target: { entity_id: "{{ trigger.payload }}" } }]
`;
