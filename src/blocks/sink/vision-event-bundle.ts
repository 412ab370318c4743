import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import { serialise } from "../../kinds/serialise.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import { CoolDown } from "./cool-down.ts";
import { eventData, eventFields } from "./event-fields.ts";
import { sendBy, switchFields } from "./sink-fields.ts";
import { snapshot } from "./snapshot.ts";
import { type TarEntry, tar } from "./tar.ts";

export const visionEventBundleV1 = defineBlock({
  type: "roboflow_core/vision_event_bundle@v1",
  category: "sink",
  summary: "Writes events with their pictures to local archives.",
  inputs: () =>
    z.object({
      target_directory: orRef(z.string(), "string").describe("Folder; it is made where it is missing."),
      ...eventFields(),
      solution: orRef(z.string(), "roboflow_solution", "string")
        .nullable()
        .default(null)
        .describe("Name of what the event belongs to."),
      ...switchFields(),
      cooldown_seconds: orRef(z.union([z.int().min(0), z.number().min(0)]), "integer", "float")
        .default(1)
        .describe("Seconds that must pass between two events of the step."),
      file_name: orRef(z.string().min(1), "string")
        .nullable()
        .default(null)
        .describe("Name of the archive, which takes the place of one before; the time and the event's id by default."),
    }),
  outputs: {
    error_status: "boolean",
    throttling_status: "boolean",
    event_id: "string",
    bundle_path: "string",
    message: "string",
  },
  sink: true,
  needs: ["files", "background", "time", "ids", "pixels"],
  example: {
    target_directory: "/var/lib/millrace/events",
    event_type: "safety_alert",
    input_image: "$inputs.image",
    predictions: "$steps.model.predictions",
    alert_type: "person",
    severity: "high",
  },
  prepare: () => new CoolDown(),
  async run(inputs, context) {
    const { files, ids, pixels, time } = context.services;
    const bundle = { id: "", path: "" };
    const sent = await sendBy(inputs, context, context.prepared, () => {
      const now = time.now();
      bundle.id = ids.uuid();
      bundle.path = `${inputs.target_directory}/${nameOf(inputs.file_name, now, bundle.id)}`;
      const entries = [
        ...pictureEntry("input_image.jpg", inputs.input_image),
        ...pictureEntry("output_image.jpg", inputs.output_image),
        { name: "event.json", content: async () => json(eventOf(inputs, now, bundle.id)) },
      ];
      const { path } = bundle;
      return async () => {
        await files.write(path, tar(await Promise.all(entries.map(contentOf)), now));
        return `written to ${path}`;
      };
    });
    return { ...sent, event_id: bundle.id, bundle_path: bundle.path };

    function pictureEntry(name: string, image: typeof inputs.input_image) {
      return image === null ? [] : [{ name, content: snapshot(image, pixels) }];
    }
  },
});

type Inputs = Parameters<typeof eventData>[0] & {
  solution: string | null;
  predictions: unknown;
  custom_metadata: Readonly<Record<string, unknown>>;
};

/** All that a bundle says beside its pictures. */
function eventOf(inputs: Inputs, now: Date, id: string) {
  const { event_type, solution, predictions, custom_metadata } = inputs;
  return {
    event_id: id,
    event_type,
    timestamp: now.toISOString(),
    solution,
    event_data: eventData(inputs),
    custom_metadata: serialise(custom_metadata, ["*"]),
    predictions: serialise(predictions, ["object_detection_prediction"]),
  };
}

function nameOf(given: string | null, now: Date, id: string): string {
  if (given === null || given === "") return `${now.toISOString().replaceAll(/[:.]/g, "-")}_${id}.tar`;
  if (/[/\\\0]/.test(given) || given === "." || given === "..") {
    throw new StepError("SINK_FILE", `"file_name" is "${given}", expected a name without a folder`);
  }
  return given.endsWith(".tar") ? given : `${given}.tar`;
}

function json(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

async function contentOf({ name, content }: { name: string; content: () => Promise<Uint8Array> }): Promise<TarEntry> {
  return { name, content: await content() };
}
