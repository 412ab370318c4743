import { z } from "zod";
import { videoOrDefault } from "../../kinds/video-metadata.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef, ref } from "../contract/fields.ts";
import { holdsImages, keptValue } from "./kept-value.ts";

export const frameDelayV1 = defineBlock({
  type: "roboflow_core/frame_delay@v1",
  aliases: ["FrameDelay", "roboflow_core/time_travel@v1", "TimeTravel"],
  category: "flow",
  summary: "Gives the value that an earlier frame of the same camera had.",
  inputs: () =>
    z.object({
      image: ref("image").describe("Frame that the value belongs to; gives its number."),
      data: ref(
        "*",
        "list_of_values",
        "image",
        "object_detection_prediction",
        "instance_segmentation_prediction",
        "keypoint_detection_prediction",
      ).describe("Value to give later; pictures are kept as copies."),
      offset: orRef(z.int().max(0), "integer").describe("Frames from this one, -1 for the one before; 0 is this one."),
      default_value: z
        .union([z.boolean(), z.number(), z.string()])
        .nullable()
        .default(null)
        .describe("Value while that frame has none."),
    }),
  outputs: { output: "*", is_available: "boolean", reference_frame_number: "integer" },
  example: { image: "$inputs.image", data: "$steps.model.predictions", offset: -10 },
  state: () => ({ newest: -Infinity, values: new Map<number, unknown>() }),
  keeps: [],
  run: ({ image, data, offset, default_value }, { state, services }) => {
    const { frameNumber } = videoOrDefault(image);
    const { values } = state;
    if (frameNumber < state.newest) values.clear();
    state.newest = frameNumber;
    values.set(frameNumber, keptValue(data, services.pixels));
    const wanted = frameNumber + offset;
    // Pictures are large, so none is kept that this offset does not reach.
    const spare = holdsImages(data) ? 0 : SPARE_FRAMES;
    for (const number of values.keys()) if (number < wanted - spare) values.delete(number);
    const is_available = values.has(wanted);
    const output = is_available ? values.get(wanted) : default_value;
    return { output, is_available, reference_frame_number: frameNumber };
  },
});

/** Frames kept beyond the offset, which a parameter may change. */
const SPARE_FRAMES = 64;
