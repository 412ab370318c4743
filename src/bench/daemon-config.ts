import { writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface DaemonConfig {
  model: string;
  brokerUrl: string;
  /** Entries of the config by camera id. */
  cameras: Record<string, { url: string; pace?: "fast"; loop?: boolean }>;
}

/** Detect, then track: the workflow of every daemon of the bench. */
const WORKFLOW = {
  version: "1.0",
  inputs: [{ type: "WorkflowImage", name: "image" }],
  steps: [
    {
      type: "roboflow_core/roboflow_object_detection_model@v3",
      name: "detect",
      images: "$inputs.image",
      model_id: "bench/1",
    },
    {
      type: "roboflow_core/byte_tracker@v3",
      name: "track",
      image: "$inputs.image",
      detections: "$steps.detect.predictions",
    },
  ],
  outputs: [{ type: "JsonField", name: "tracks", selector: "$steps.track.tracked_detections" }],
};

/** Writes the config and its workflow, models on the CPU, everything else as it is by default; returns the path of the config. */
export async function writeDaemonConfig(folder: string, { model, brokerUrl, cameras }: DaemonConfig): Promise<string> {
  await writeFile(join(folder, "workflow.json"), JSON.stringify(WORKFLOW));
  const path = join(folder, `config-${Object.keys(cameras).length}.yaml`);
  const config = {
    device: "bench",
    mqtt: { url: brokerUrl },
    cameras,
    models: { "bench/1": { path: model } },
    pipelines: { main: { workflow: "workflow.json", cameras: Object.keys(cameras), publish: { frames: true } } },
    inference: { providers: ["cpu"] },
    http: null,
  };
  // JSON is YAML.
  await writeFile(path, JSON.stringify(config));
  return path;
}
