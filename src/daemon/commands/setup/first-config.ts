import { isFault, readAddress } from "../../../base/address.ts";

/** What `init` was given or has asked for. */
export interface FirstConfig {
  device: string;
  /** Addresses by id, with user names and passwords in them. */
  cameras: Readonly<Record<string, string>>;
  /** Null without one. */
  broker: string | null;
  /** Model that the workflow asks, and its file. */
  model: { id: string; path: string } | null;
  /** Path of the definition, as the config names it. */
  workflow: string;
}

export interface FirstFiles {
  config: string;
  /** Lines of NAME=value for the environment. */
  secrets: Readonly<Record<string, string>>;
  /** Of the definition that is written when there is none. */
  workflow: object;
}

/** The texts of a first config, with the words of config/example.yaml; passwords become references to the environment. */
export function firstFiles(settings: FirstConfig): FirstFiles {
  const secrets: Record<string, string> = {};
  const lines = [
    "# Written by `millrace init`. config/example.yaml in the package shows every key, docs/reference/config.md explains them.",
    "# `millrace config validate` checks this file, `millrace doctor --config` tries all that it names.",
    `# \${NAME} is replaced by an environment variable; paths are meant from the folder of this file.`,
    "",
    "# Name of this box, a level of every topic: millrace/<device>/...",
    `device: ${text(settings.device)}`,
    "",
    ...brokerLines(settings.broker, secrets),
    "# Cameras and files by id; the id is a level of topics.",
    "cameras:",
    ...Object.entries(settings.cameras).flatMap(([id, address]) => cameraLines(id, address, secrets)),
    "",
    ...modelLines(settings.model),
    "# What runs on which cameras.",
    "pipelines:",
    "  first:",
    `    workflow: ${text(settings.workflow)}         # a workflow definition`,
    `    cameras: [${Object.keys(settings.cameras).map(text).join(", ")}]`,
    "",
    "# Live page, /health and /metrics. Anything but loopback shows pictures to the network.",
    "http:",
    "  host: 127.0.0.1",
    "  port: 8480",
    "",
    "# state_dir: /var/lib/millrace    # events that wait for the broker (without it in memory), state of code blocks",
  ];
  return { config: `${lines.join("\n")}\n`, secrets, workflow: firstWorkflow(settings.model?.id ?? null) };
}

function brokerLines(broker: string | null, secrets: Record<string, string>): string[] {
  if (broker === null)
    return [
      "# The broker. Without this section nothing is published.",
      "# mqtt:",
      "#   url: mqtt://localhost:1883",
      "",
    ];
  return [
    "# The broker. Without this section nothing is published.",
    "mqtt:",
    ...accessLines(broker, { indent: "  ", variable: "MQTT_PASSWORD", secrets }),
    "",
  ];
}

function cameraLines(id: string, address: string, secrets: Record<string, string>): string[] {
  const variable = `${id.toUpperCase().replaceAll("-", "_")}_PASSWORD`;
  return [`  ${text(id)}:`, ...accessLines(address, { indent: "    ", variable, secrets })];
}

interface AccessPlace {
  indent: string;
  variable: string;
  secrets: Record<string, string>;
}

function accessLines(address: string, { indent, variable, secrets }: AccessPlace): string[] {
  const read = readAddress(address);
  // What cannot be taken apart is refused when the config is read, in better words than here.
  if (isFault(read)) return [`${indent}url: ${text(address)}`];
  const { url, username, password } = read;
  if (password !== undefined) secrets[variable] = password;
  return [
    `${indent}url: ${text(url)}`,
    ...(username === undefined ? [] : [`${indent}username: ${text(username)}`]),
    ...(password === undefined ? [] : [`${indent}password: \${${variable}}`]),
  ];
}

function modelLines(model: FirstConfig["model"]): string[] {
  const title =
    "# Local ONNX files for the model ids of workflows; `millrace models inspect FILE` shows what a file is.";
  if (model === null) return [title, "# models:", "#   coco/1:", "#     path: model.onnx", ""];
  return [title, "models:", `  ${text(model.id)}:`, `    path: ${text(model.path)}`, ""];
}

/** A text of JSON is one of YAML; `$` would begin a reference. */
function text(value: string): string {
  if (/^[a-z][a-z0-9_-]*$/i.test(value) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value)) return value;
  return JSON.stringify(value.replaceAll("${", "$${"));
}

/** Objects that are found, tracked and drawn; without a model the picture alone. */
function firstWorkflow(model: string | null): object {
  const inputs = [{ type: "WorkflowImage", name: "image" }];
  const picture = (selector: string) => ({ type: "JsonField", name: "picture", selector });
  if (model === null) return { version: "1.0", inputs, steps: [], outputs: [picture("$inputs.image")] };
  return {
    version: "1.0",
    inputs,
    steps: [
      {
        type: "roboflow_core/roboflow_object_detection_model@v3",
        name: "detect",
        images: "$inputs.image",
        model_id: model,
      },
      {
        type: "roboflow_core/byte_tracker@v3",
        name: "track",
        image: "$inputs.image",
        detections: "$steps.detect.predictions",
      },
      {
        type: "roboflow_core/bounding_box_visualization@v1",
        name: "boxes",
        image: "$inputs.image",
        predictions: "$steps.track.tracked_detections",
      },
    ],
    outputs: [
      { type: "JsonField", name: "objects", selector: "$steps.track.tracked_detections" },
      picture("$steps.boxes.image"),
    ],
  };
}
