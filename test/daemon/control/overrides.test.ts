import { writeFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import type { Change } from "../../../src/daemon/control/control.ts";
import { Overrides } from "../../../src/daemon/control/overrides.ts";
import { preparedFrom } from "../../helpers/open-daemon.ts";
import { useFolder, writeNumberedClip } from "../../stream/clip.ts";

const folder = useFolder();

const definition = (kind: string) => ({
  version: "1.0",
  inputs: [
    { type: "WorkflowImage", name: "image" },
    { type: "WorkflowParameter", name: "least", kind: [kind], default_value: kind === "integer" ? 1 : "a" },
  ],
  steps: [],
  outputs: [{ type: "JsonField", name: "least", selector: "$inputs.least" }],
});

beforeAll(async () => {
  await writeNumberedClip(folder.path("clip.mkv"), 5);
});

async function read(changes: { camera?: object; parameters?: object; kind?: string } = {}) {
  await writeFile(folder.path("one.json"), JSON.stringify(definition(changes.kind ?? "integer")));
  return preparedFrom(folder.path("millrace.json"), {
    device: "dock",
    cameras: { gate: { url: "clip.mkv", ...changes.camera } },
    pipelines: { one: { workflow: "one.json", cameras: ["gate"], parameters: changes.parameters ?? {} } },
  });
}

const set = (least: unknown): Extract<Change, { type: "parameters" }> => {
  return { type: "parameters", pipeline: "one", set: { least }, reset: [] };
};
const off = { type: "enabled", camera: "gate", enabled: false } as const;

test("what commands set outlives a restart, with a place to keep it", async () => {
  const first = Overrides.open(folder.path("state"));
  first.note(set(7), await read());
  first.note(off, await read());
  first.note({ type: "log_level", level: "debug" }, await read());
  expect(first.applyTo(await read()).next.config).toMatchObject({ log: { level: "debug" } });

  const { next } = Overrides.open(folder.path("state")).applyTo(await read());
  expect(next.config.cameras["gate"]?.enabled).toBe(false);
  expect(next.config.pipelines["one"]?.parameters).toEqual({ least: 7 });
  expect(next.prepared.pipelines[0]?.config.parameters).toEqual({ least: 7 });
  expect(next.config.log.level).toBe("info");
  expect(Overrides.open(undefined).applyTo(await read()).next.config.cameras["gate"]?.enabled).toBe(true);
});

test("the config wins as soon as it says something else in the same place", async () => {
  const overrides = Overrides.open(undefined);
  overrides.note(set(7), await read());
  overrides.note(off, await read());
  const { next } = overrides.applyTo(await read({ parameters: { least: 3 } }));
  expect(next.config.pipelines["one"]?.parameters).toEqual({ least: 3 });
  expect(next.config.cameras["gate"]?.enabled).toBe(false);
  const disabled = overrides.applyTo(await read({ camera: { enabled: false } })).next;
  expect(disabled.config.cameras["gate"]?.enabled).toBe(false);
});

test("values are held to the declared kind, and can be taken back", async () => {
  const overrides = Overrides.open(undefined);
  expect(overrides.note(set("many"), await read())).toMatchObject({
    issues: [{ message: expect.stringContaining("least") }],
  });
  const unknown = { ...set(1), set: { most: 1 } };
  expect(overrides.note(unknown, await read())).toMatchObject({ issues: [{ code: "CONFIG_UNKNOWN_PARAMETER" }] });
  expect(overrides.applyTo(await read()).next.config.pipelines["one"]?.parameters).toEqual({});
  const noted = overrides.note(set(2), await read());
  if ("undo" in noted) noted.undo();
  expect(overrides.applyTo(await read()).next.config.pipelines["one"]?.parameters).toEqual({});
  overrides.note(set(2), await read());
  overrides.note({ ...set(0), set: {}, reset: ["least"] }, await read());
  expect(overrides.applyTo(await read()).next.config.pipelines["one"]?.parameters).toEqual({});
});

test("a value that another definition does not take is forgotten and told", async () => {
  const overrides = Overrides.open(undefined);
  overrides.note(set(7), await read());
  const { next, forgotten } = overrides.applyTo(await read({ kind: "string" }));
  expect(next.config.pipelines["one"]?.parameters).toEqual({});
  expect(forgotten).toMatchObject([{ code: "RUN_INPUT" }]);
});
