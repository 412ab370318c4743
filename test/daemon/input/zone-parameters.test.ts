import { writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/base/errors.ts";
import { preparedFrom } from "../../helpers/open-daemon.ts";
import { useFolder } from "../../stream/clip.ts";

const folder = useFolder();

const KINDS: Readonly<Record<string, readonly string[]>> = {
  zone: ["list_of_values"],
  line: ["list_of_values"],
  any: ["*"],
  map: ["dictionary"],
  text: ["string"],
  names: ["list_of_values"],
};

/** Steps that take the parameters as real ones do: a zone, a line, and names of classes. */
const DEFINITION = {
  version: "1.0",
  inputs: [
    { type: "WorkflowImage", name: "image" },
    ...Object.entries(KINDS).map(([name, kind]) => ({ type: "WorkflowParameter", name, kind, default_value: null })),
  ],
  steps: [
    {
      type: "roboflow_core/roboflow_object_detection_model@v2",
      name: "find",
      images: "$inputs.image",
      model_id: "m/1",
    },
    {
      type: "roboflow_core/byte_tracker@v3",
      name: "track",
      image: "$inputs.image",
      detections: "$steps.find.predictions",
    },
    {
      type: "roboflow_core/time_in_zone@v2",
      name: "dwell",
      image: "$inputs.image",
      detections: "$steps.track.tracked_detections",
      zone: "$inputs.zone",
    },
    {
      type: "roboflow_core/line_counter@v2",
      name: "count",
      image: "$inputs.image",
      detections: "$steps.track.tracked_detections",
      line_segment: "$inputs.line",
    },
  ],
  outputs: [{ type: "JsonField", name: "count", selector: "$steps.count.count_in" }],
};

const ZONES = {
  door: { polygon: [[0.1, 0.5], [0.9, 0.5], [0.9, 1]] }, // biome-ignore format: corners
  kerb: { line: [[0, 0.5], [1, 0.5]] }, // biome-ignore format: corners
  gate_door: { camera: "gate", polygon: [[0, 0], [1, 0], [1, 1]] }, // biome-ignore format: corners
  yard_door: { camera: "yard", polygon: [[0, 0], [1, 0], [0, 1]] }, // biome-ignore format: corners
  hall_door: { camera: "hall", polygon: [[0, 0], [1, 0], [0, 1]] }, // biome-ignore format: corners
};
const FITTING = { zone: { zone: "door" }, line: { zone: "kerb" } };

async function told(parameters: object, zones: object = ZONES): Promise<string> {
  await writeFile(folder.path("zone.json"), JSON.stringify(DEFINITION));
  const camera = { url: "rtsp://127.0.0.1/gate" };
  const error = await preparedFrom(folder.path("millrace.yaml"), {
    cameras: { gate: camera, yard: camera, hall: camera },
    models: { "m/1": { url: "https://127.0.0.1:1/m.onnx", sha256: "a".repeat(64) } },
    state_dir: folder.path("state"),
    zones,
    pipelines: {
      one: { cameras: ["gate", "yard"], workflow: "zone.json", parameters: { ...FITTING, ...parameters } },
      two: { cameras: ["hall"], workflow: "zone.json", parameters: FITTING },
    },
  }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error === null) return "in order";
  if (!(error instanceof UserError)) throw error;
  return `\n${error.message.replaceAll(folder.path(""), "")}\n`;
}

describe("a parameter that names zones", () => {
  test("takes a polygon, a line, a list, all of them, or one for each camera", async () => {
    expect(await told({})).toBe("in order");
    expect(await told({ zone: { zone: ["yard_door", "gate_door"] } })).toBe("in order");
    expect(await told({ any: { zones: "*" }, map: { zones: ["kerb", "gate_door"] } })).toBe("in order");
  });

  test("is a value like others when it has anything else in it", async () => {
    expect(await told({ map: { zone: "nowhere", seconds: 3 } })).toBe("in order");
    expect(await told({ map: { zone: 3 } })).toBe("in order");
  });

  test("names zones that are there", async () => {
    expect(await told({ zone: { zone: "dor" }, any: { zones: ["door", "elsewhere"] } })).toMatchInlineSnapshot(`
      "
      /millrace.yaml /pipelines/one/parameters/zone: there is no zone "dor" [CONFIG_UNKNOWN_ZONE]
          hint: did you mean "door"?
      /millrace.yaml /pipelines/one/parameters/any: there is no zone "elsewhere" [CONFIG_UNKNOWN_ZONE]
          hint: there are door, kerb, gate_door, yard_door, hall_door
      "
    `);
    expect(await told({ zone: { zone: "__proto__" } })).toContain('there is no zone "__proto__"');
  });

  test("names one for each of its cameras, and none of others", async () => {
    expect(
      await told({
        zone: { zone: "gate_door" },
        line: { zone: ["kerb", "yard_door"] },
        any: { zones: ["door", "hall_door"] },
      }),
    ).toMatchInlineSnapshot(`
      "
      /millrace.yaml /pipelines/one/parameters/zone: camera "yard" has none of these zones: "gate_door" is of "gate" [CONFIG_ZONE_CAMERA]
          hint: name one for each camera,  { zone: [gate_door, …] }, or leave "camera" out of the zone
      /millrace.yaml /pipelines/one/parameters/line: camera "yard" has 2 of these zones, "kerb", "yard_door", expected one [CONFIG_ZONE_CAMERA]
          hint: a list of zones is  { zones: [kerb, yard_door] }
      /millrace.yaml /pipelines/one/parameters/any: zone "hall_door" is of camera "hall", which the pipeline does not run on [CONFIG_ZONE_CAMERA]
          hint: its cameras are gate, yard
      "
    `);
  });

  test("names zones that the step and the kind take", async () => {
    expect(
      await told({ zone: { zone: "kerb" }, line: { zone: "door" }, text: { zone: "door" }, map: { zone: "door" } }),
    ).toMatchInlineSnapshot(`
      "
      /millrace.yaml /pipelines/one/parameters/map: input "map" is zone "door", a polygon of 3 points, expected an object [RUN_INPUT]
      /millrace.yaml /pipelines/one/parameters/text: input "text" is zone "door", a polygon of 3 points, expected a text [RUN_INPUT]
      /millrace.yaml /pipelines/one/parameters/zone: parameter "zone", which is "zone" of step "dwell" (roboflow_core/time_in_zone@v2), is zone "kerb", a line of 2 points, expected a polygon [RUN_INPUT]
      /millrace.yaml /pipelines/one/parameters/line: parameter "line", which is "line_segment" of step "count" (roboflow_core/line_counter@v2), is zone "door", a polygon of 3 points, expected a line [RUN_INPUT]
      "
    `);
    expect(await told({ zone: { zones: ["door", "gate_door"] } })).toMatchInlineSnapshot(`
      "
      /millrace.yaml /pipelines/one/parameters/zone: parameter "zone", which is "zone" of step "dwell" (roboflow_core/time_in_zone@v2), is a list of zones ("door", a polygon of 3 points; "gate_door", a polygon of 3 points), expected a polygon [RUN_INPUT]
      /millrace.yaml /pipelines/one/parameters/zone: parameter "zone", which is "zone" of step "dwell" (roboflow_core/time_in_zone@v2), is a list of zones ("door", a polygon of 3 points), expected a polygon [RUN_INPUT]
      "
    `);
  });
});
