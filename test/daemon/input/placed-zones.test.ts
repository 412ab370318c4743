import { writeFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { beforeAll, expect, test, vi } from "vitest";
import { within } from "../../helpers/daemon.ts";
import { type OpenDaemon, openTestDaemon, preparedFrom } from "../../helpers/open-daemon.ts";
import { useFolder, writeNumberedClip } from "../../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000 });

const folder = useFolder();

const DEFINITION = {
  version: "1.0",
  inputs: [
    { type: "WorkflowImage", name: "image" },
    { type: "WorkflowParameter", name: "one", kind: ["zone"] },
    { type: "WorkflowParameter", name: "all", kind: ["list_of_values"] },
    { type: "WorkflowParameter", name: "map", kind: ["dictionary"] },
  ],
  steps: [
    {
      type: "roboflow_core/property_definition@v1",
      name: "size",
      data: "$inputs.image",
      operations: [{ type: "ExtractImageProperty", property_name: "size" }],
    },
    // Runs once for a batch, as its input is no batch.
    {
      type: "roboflow_core/property_definition@v1",
      name: "count",
      data: "$inputs.all",
      operations: [{ type: "SequenceLength" }],
    },
  ],
  outputs: ["one", "all", "map"]
    .map((name) => ({ type: "JsonField", name, selector: `$inputs.${name}` }))
    .concat([
      { type: "JsonField", name: "size", selector: "$steps.size.output" },
      { type: "JsonField", name: "count", selector: "$steps.count.output" },
    ]),
};

const HALF = { polygon: [[0, 0.5], [1, 0.5], [1, 1], [0, 1]] }; // biome-ignore format: corners
const ZONES = {
  half: HALF,
  gate_line: { camera: "gate", line: [[0, 0], [64, 48]], pixels_of: [64, 48] }, // biome-ignore format: corners
  gate_corner: { camera: "gate", polygon: [[0, 0], [0.5, 0], [0, 0.5]] }, // biome-ignore format: corners
  yard_corner: { camera: "yard", polygon: [[1, 1], [0.5, 1], [1, 0.5]] }, // biome-ignore format: corners
};

beforeAll(async () => {
  await writeNumberedClip(folder.path("small.mkv"), 50, "64x48");
  await writeNumberedClip(folder.path("large.mkv"), 50, "128x64");
});

function config(zones: object): object {
  const parameters = {
    one: { zone: ["gate_corner", "yard_corner", "hall_corner"] },
    all: { zones: "*" },
    map: { zones: ["half", "gate_line"] },
  };
  return {
    device: "dock",
    http: null,
    mqtt: { url: "mqtt://127.0.0.1:9" },
    cameras: Object.fromEntries(
      [["gate", "small"], ["yard", "large"], ["hall", "small"]].map(([id, clip]) => [id, { url: `${clip}.mkv`, loop: true }]), // biome-ignore format: pairs
    ),
    zones: { ...zones, hall_corner: { ...ZONES.gate_corner, camera: "hall" } },
    pipelines: { one: { workflow: "zones.json", cameras: ["gate", "yard", "hall"], parameters, batch_wait_ms: 200 } },
  };
}

interface Told {
  camera: string;
  name: string;
  value: unknown;
}

/** The last value of each output of a camera. */
function outputsOf({ messages }: OpenDaemon, camera: string): Record<string, unknown> {
  const told = messages.filter(({ class: kind }) => kind === "output");
  const payloads = told.map(({ payload }) => JSON.parse(String(payload)) as Told);
  return Object.fromEntries(payloads.filter((one) => one.camera === camera).map(({ name, value }) => [name, value]));
}

const SMALL = [[0, 24], [64, 24], [64, 48], [0, 48]]; // biome-ignore format: corners
const LARGE = [[0, 32], [128, 32], [128, 64], [0, 64]]; // biome-ignore format: corners
const SMALL_CORNER = [[0, 0], [32, 0], [0, 24]]; // biome-ignore format: corners
const LARGE_CORNER = [[128, 64], [64, 64], [128, 32]]; // biome-ignore format: corners

test("zones are in the pixels of each camera's picture, and a changed one is taken while it runs", async () => {
  await writeFile(folder.path("zones.json"), JSON.stringify(DEFINITION));
  const path = folder.path("millrace.json");
  const open = await openTestDaemon(path, config(ZONES));
  const agrees = (camera: string, expected: object) =>
    within(
      () => isDeepStrictEqual(outputsOf(open, camera), expected),
      () => `${camera} has ${JSON.stringify(outputsOf(open, camera))}`,
    );
  const map = { half: SMALL, gate_line: [[0, 0], [64, 48]] }; // biome-ignore format: corners
  await agrees("gate", { one: SMALL_CORNER, all: [SMALL, SMALL_CORNER], map, size: 3072, count: 2 });
  const large = { one: LARGE_CORNER, all: [LARGE, LARGE_CORNER], map: { half: LARGE }, size: 8192, count: 2 };
  await agrees("yard", large);
  await agrees("hall", { one: SMALL_CORNER, all: [SMALL, SMALL_CORNER], map: { half: SMALL }, size: 3072, count: 2 });

  const more = { camera: "yard", polygon: ZONES.gate_corner.polygon };
  const { gate_line: _, ...kept } = ZONES;
  const line = { ...ZONES.gate_line, pixels_of: [128, 96] };
  const isTaken = await open.daemon.apply(await preparedFrom(path, config({ ...kept, gate_line: line, more })));
  expect(isTaken).toBe(true);
  await agrees("yard", { ...large, all: [LARGE, LARGE_CORNER, [[0, 0], [64, 0], [0, 32]]], count: 3 }); // biome-ignore format: corners
  const halved = { half: SMALL, gate_line: [[0, 0], [32, 24]] }; // biome-ignore format: corners
  await agrees("gate", { one: SMALL_CORNER, all: [SMALL, SMALL_CORNER], map: halved, size: 3072, count: 2 });
  expect(open.events("workflow_swapped")).toHaveLength(1);
  expect(open.events("source_started")).toHaveLength(3);
});

test("a zone that no parameter names changes nothing that runs", async () => {
  const path = folder.path("millrace.json");
  const open = await openTestDaemon(path, config(ZONES));
  const { one, ...rest } = ZONES as Record<string, object>;
  void one;
  await open.daemon.apply(await preparedFrom(path, config({ ...rest, kerb: { camera: "gate", line: [[0, 0], [1, 0]] } }))); // biome-ignore format: corners
  await within(
    () => outputsOf(open, "yard")["count"] === 2,
    () => "it runs",
  );
  expect(open.events("workflow_swapped")).toHaveLength(1);
});
