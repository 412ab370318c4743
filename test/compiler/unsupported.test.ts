import { describe, expect, it } from "vitest";
import { CompileError } from "../../src/base/errors.ts";
import { check, checkToRun, compile } from "../../src/compiler/compile.ts";
import { openLibrary } from "../../src/expansion/open-library.ts";

const library = openLibrary({ allowCode: true });
const SQL = "roboflow_core/microsoft_sql_server_sink@v1";
const core = (type: string) => `roboflow_core/${type}`;

/** A definition of an image, a threshold and a text, with steps whose types may go without their source. */
function definition(steps: Record<string, unknown>[], outputs: Record<string, string> = {}) {
  return {
    version: "1.0",
    inputs: [
      { type: "WorkflowImage", name: "image" },
      { type: "WorkflowVideoMetadata", name: "video" },
      { type: "WorkflowParameter", name: "least", kind: ["float_zero_to_one"], default_value: 0.5 },
      { type: "WorkflowParameter", name: "key", kind: ["string"], default_value: "secret" },
    ],
    steps: steps.map((step, i) => ({ name: `s${i}`, ...step, type: typeOf(String(step["type"])) })),
    outputs: Object.entries(outputs).map(([name, selector]) => ({ type: "JsonField", name, selector })),
  };
}

function typeOf(type: string): string {
  return /@/.test(type) && !type.includes("/") ? core(type) : type;
}

const people = { type: "roboflow_object_detection_model@v3", name: "people", images: "$inputs.image", model_id: "p/3" };
const track = {
  type: "byte_tracker@v3",
  name: "track",
  image: "$inputs.image",
  detections: "$steps.people.predictions",
};

describe("a definition with blocks that are known but cannot run here", () => {
  const door = {
    version: "1.0",
    inputs: [
      { type: "WorkflowImage", name: "image" },
      { type: "WorkflowParameter", name: "min_conf", kind: ["float_zero_to_one"], default_value: 0.5 },
      { type: "WorkflowParameter", name: "token", kind: ["secret"] },
    ],
    steps: [
      { ...people, type: core(people.type), confidence_mode: "custom", custom_confidence: "$inputs.min_conf" },
      { ...track, type: core(track.type) },
      {
        type: core("line_counter@v2"),
        name: "door",
        image: "$inputs.image",
        detections: "$steps.track.tracked_detections",
        line_segment: [
          [0, 400],
          [1280, 400],
        ],
      },
      {
        type: core("delta_filter@v1"),
        name: "changed",
        image: "$inputs.image",
        value: "$steps.door.count_in",
        next_steps: ["$steps.notify"],
      },
      {
        type: SQL,
        name: "notify",
        host: "192.0.2.7",
        database: "plant",
        password: "$inputs.token",
        table_name: "crossings",
        data: { door: "front" },
      },
    ],
    outputs: [
      { type: "JsonField", name: "in", selector: "$steps.door.count_in" },
      {
        type: "JsonField",
        name: "tracks",
        selector: "$steps.track.tracked_detections",
        coordinates_system: "parent",
      },
    ],
  };

  it("is without fault, and tells their types", () => {
    const { plan, issues, unsupported } = check(door, library);
    expect({ issues, unsupported }).toEqual({ issues: [], unsupported: [SQL] });
    expect(plan?.steps.map(({ name, unsupported: reason }) => [name, reason])).toEqual([
      ["people", null],
      ["track", null],
      ["door", null],
      ["changed", null],
      ["notify", "its database is asked over TDS, which is not built in"],
    ]);
  });

  it("does not compile to run, which is said for each step", () => {
    expect(() => compile(door, library, "door.json")).toThrow(CompileError);
    expect(checkToRun(door, library)).toMatchObject({
      plan: null,
      issues: [
        {
          code: "COMPILE_UNSUPPORTED_BLOCK",
          path: "/steps/4/type",
          message:
            'step "notify": block type "roboflow_core/microsoft_sql_server_sink@v1" is known but cannot run here: its database is asked over TDS, which is not built in',
          hint: "name the value as an output of the workflow: outputs are published over MQTT",
        },
      ],
    });
  });

  it("tells each type once, in order, under its own name", () => {
    const { unsupported } = check(
      definition([
        { type: "moondream2@v1", images: "$inputs.image", prompt: "a cat" },
        { type: "moondream2@v1", images: "$inputs.image", prompt: "a dog" },
        { type: "CogVLM", images: "$inputs.image", prompt: "a cat" },
      ]),
      library,
    );
    expect(unsupported).toEqual([core("cog_vlm@v1"), core("moondream2@v1")]);
  });

  it("tells them also when it has faults", () => {
    const { plan, issues, unsupported } = check(definition([{ type: "moondream2@v1" }]), library);
    expect({ plan, unsupported }).toEqual({ plan: null, unsupported: [core("moondream2@v1")] });
    expect(issues).toMatchObject([{ class: "WorkflowSyntaxError", path: "/steps/0/images" }]);
  });
});

describe("blocks that cannot run here", () => {
  const sound: Record<string, ReturnType<typeof definition>> = {
    "drawing, with the second name of a property": definition(
      [people, { type: "CircleVisualization", images: "$inputs.image", predictions: "$steps.people.predictions" }],
      { picture: "$steps.s1.image" },
    ),
    "image processing on tiles, and back": definition(
      [
        { type: "image_slicer@v2", name: "tiles", image: "$inputs.image" },
        { ...people, images: "$steps.tiles.slices" },
        { type: "detections_stitch@v1", reference_image: "$inputs.image", predictions: "$steps.people.predictions" },
      ],
      { objects: "$steps.s2.predictions" },
    ),
    "classes of crops for detections": definition([
      people,
      { type: "Crop", name: "cut", image: "$inputs.image", detections: "$steps.people.predictions" },
      { type: "ClassificationModel", name: "kind", image: "$steps.cut.crops", model_id: "kinds/1" },
      {
        type: "detections_classes_replacement@v1",
        object_detection_predictions: "$steps.people.predictions",
        classification_predictions: "$steps.kind.predictions",
      },
    ]),
    "an older tracker and its counter": definition([
      people,
      { type: "byte_tracker@v1", name: "t", metadata: "$inputs.video", detections: "$steps.people.predictions" },
      {
        type: "line_counter@v1",
        metadata: "$inputs.video",
        detections: "$steps.t.tracked_detections",
        line_segment: [
          [0, 1],
          [2, 3],
        ],
      },
    ]),
    "a language model and the reader of its answer": definition(
      [
        {
          type: "google_gemini@v1",
          name: "ask",
          images: "$inputs.image",
          api_key: "$inputs.key",
          prompt: "what is it?",
        },
        { type: "json_parser@v1", name: "read", raw_json: "$steps.ask.output", expected_fields: ["colour", "size"] },
      ],
      { colour: "$steps.read.colour", failed: "$steps.read.error_status" },
    ),
    "an upload and a message": definition([
      people,
      {
        type: "RoboflowDatasetUpload",
        image: "$inputs.image",
        predictions: "$steps.people.predictions",
        target_project: "mine",
        usage_quota_name: "all",
      },
      {
        type: "email_notification@v2",
        subject: "seen",
        receiver_email: ["a@b.c"],
        message: "{{ $parameters.n }}",
        message_parameters: { n: "$steps.people.predictions" },
        message_parameters_operations: { n: [{ type: "SequenceLength" }] },
      },
    ]),
    "sums over time": definition(
      [
        people,
        {
          type: "data_aggregator@v1",
          name: "sums",
          data: { n: "$steps.people.predictions" },
          data_operations: { n: [{ type: "SequenceLength" }] },
          aggregation_mode: { n: ["max", "distinct"] },
          interval: 10,
        },
      ],
      { most: "$steps.sums.n_max", all: "$steps.sums.n_distinct" },
    ),
    "secrets for a machine": definition([
      { type: "environment_secrets_store@v1", name: "env", variables_storing_secrets: ["PASS_WORD"] },
      { type: "anthropic_claude@v1", images: "$inputs.image", prompt: "What is it?", api_key: "$steps.env.pass_word" },
      {
        type: "roboflow_enterprise/mqtt_writer_sink@v1",
        host: "broker",
        port: 1883,
        topic: "t",
        message: "$inputs.key",
      },
      { type: "plc_writer@v1", tag: "speed", value: 3 },
    ]),
  };

  it.each(Object.entries(sound))("are taken where everything fits: %s", (_, document) => {
    const { issues, plan } = check(document, library);
    expect(issues).toEqual([]);
    expect(plan).not.toBeNull();
  });

  it("have the kinds of the outputs that their steps name", () => {
    const plan = check(sound["sums over time"], library).plan;
    const kinds = plan?.outputs.map(({ source }) => (source.type === "slot" ? plan.slots[source.slot]?.kinds : []));
    expect(kinds).toEqual([["float", "integer"], ["list_of_values"]]);
  });

  const wrong: Record<string, { steps: Record<string, unknown>[]; errorClass: string }> = {
    "an image for detections": {
      steps: [{ type: "mask_visualization@v1", image: "$inputs.image", predictions: "$inputs.image" }],
      errorClass: "ReferenceTypeError",
    },
    "boxes for masks": {
      steps: [people, { type: "bounding_rect@v1", predictions: "$steps.people.predictions" }],
      errorClass: "ReferenceTypeError",
    },
    "a number in the payload of a message": {
      steps: [
        { type: "slack_notification@v1", slack_token: "t", channel: "c", message: "m", cooldown_session_key: "k" },
        { type: "local_file_sink@v1", content: "$inputs.least", output_mode: "append_log", target_directory: "/tmp" },
      ],
      errorClass: "ReferenceTypeError",
    },
    "a secret for a plain text": {
      steps: [
        { type: "environment_secrets_store@v1", name: "env", variables_storing_secrets: ["HOST"] },
        {
          type: "roboflow_enterprise/mqtt_writer_sink@v1",
          host: "$steps.env.host",
          port: 1883,
          topic: "t",
          message: "m",
        },
      ],
      errorClass: "ReferenceTypeError",
    },
    "an output that no step names": {
      steps: [
        { type: "json_parser@v1", name: "read", raw_json: "{}", expected_fields: ["colour"] },
        { type: "qr_code_generator@v1", text: "$steps.read.size" },
      ],
      errorClass: "ExecutionGraphStructureError",
    },
    "an image that is no input of the workflow": {
      steps: [
        { type: "convert_grayscale@v1", name: "grey", image: "$inputs.image" },
        { type: "cache_get@v1", image: "$steps.grey.image", key: "k" },
      ],
      errorClass: "WorkflowSyntaxError",
    },
    "tiles of an image for the whole": {
      steps: [
        { type: "image_slicer@v1", name: "tiles", image: "$inputs.image" },
        { type: "stitch_images@v1", image1: "$inputs.image", image2: "$steps.tiles.slices" },
      ],
      errorClass: "StepInputDimensionalityError",
    },
    "a word that is none of the choices": {
      steps: [{ type: "perception_encoder@v1", data: "a cat", version: "large" }],
      errorClass: "WorkflowSyntaxError",
    },
  };

  it.each(Object.entries(wrong))("are type-checked: %s", (_, { steps, errorClass }) => {
    expect(check(definition(steps), library).issues.map((issue) => issue.class)).toEqual([errorClass]);
  });

  it("tell where a selector may not point", () => {
    const { issues } = check(definition(wrong["an image that is no input of the workflow"]?.steps ?? []), library);
    expect(issues.map(({ message }) => message)).toEqual([
      'step "s1" (roboflow_core/cache_get@v1): "image" is "$steps.grey.image", expected an input of the workflow',
    ]);
  });
});
