import { describe, expect, it } from "vitest";
import { type Config, ConfigSchema } from "../../../src/daemon/config/schema/config-schema.ts";
import { takingOf } from "../../../src/daemon/config/schema/taker.ts";
import { changedKeys } from "../../../src/daemon/reload/changed-keys.ts";

const config = (changes: object = {}) =>
  ConfigSchema.parse({
    device: "dock",
    mqtt: { url: "mqtt://one" },
    cameras: { gate: { url: "rtsp://one" } },
    pipelines: { one: { workflow: "one.json", cameras: ["gate"], parameters: { least: 1 } } },
    ...changes,
  }) as Config;

const changed = (changes: object) =>
  changedKeys(config(), config(changes)).map(({ path, taker }) => [path.join("."), taker]);

describe("the keys that differ between two configs", () => {
  it("are none between equal ones", () => {
    expect(changed({})).toEqual([]);
  });

  it("are reported as deep as they go, with what takes them", () => {
    expect(changed({ http: { port: 1 }, log: { level: "debug" } })).toEqual([
      ["http.port", "page"],
      ["log.level", "log"],
    ]);
  });

  it("are whole entries where one comes or goes", () => {
    expect(changed({ cameras: { gate: { url: "rtsp://one" }, yard: { url: "rtsp://two" } } })).toEqual([
      ["cameras.yard", "camera"],
    ]);
  });

  it("say of a key inside of another what takes it, where that is something else", () => {
    expect(changed({ mqtt: { url: "mqtt://two", prefix: "other" } })).toEqual([
      ["mqtt.url", "broker"],
      ["mqtt.prefix", "daemon"],
    ]);
    const pipelines = { one: { workflow: "one.json", cameras: ["gate"], parameters: { least: 2 }, batch_size: 1 } };
    expect(changed({ pipelines })).toEqual([
      ["pipelines.one.parameters.least", "definition"],
      ["pipelines.one.batch_size", "pipeline"],
    ]);
  });

  it("say what takes a key that comes or goes", () => {
    expect(changed({ mqtt: undefined })).toEqual([["mqtt", "daemon"]]);
    expect(changed({ http: null })).toEqual([["http", "page"]]);
  });
});

it("every key at the top of the schema says what takes it", () => {
  const silent = Object.entries(ConfigSchema.shape).filter(([, schema]) => takingOf(schema) === undefined);
  expect(silent.map(([key]) => key)).toEqual([]);
});
