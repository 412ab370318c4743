import { z } from "zod";
import { defineBlock } from "../contract/block.ts";
import { inputRef, orRef, ref } from "../contract/fields.ts";
import { CAMERA_CACHE, CameraCache } from "./camera-cache.ts";
import { keptValue } from "./kept-value.ts";

export const cacheSetV1 = defineBlock({
  type: "roboflow_core/cache_set@v1",
  category: "flow",
  summary: "Keeps a value for the camera, which cache_get steps of the workflow read, and gives it as it is.",
  inputs: () =>
    z.object({
      image: inputRef("image").describe("Image whose camera the value is kept for."),
      key: orRef(z.string(), "string").describe("Name of the value; 1024 are kept for a camera."),
      value: ref("*", "list_of_values").describe("The value; pictures are kept as copies."),
    }),
  outputs: { output: "*" },
  sink: true,
  example: { image: "$inputs.image", key: "last_plate", value: "$steps.read.output" },
  state: () => new CameraCache(),
  keeps: [CameraCache],
  shares: CAMERA_CACHE,
  run: ({ key, value }, { state, services }) => {
    state.set(key, keptValue(value, services.pixels));
    return { output: value };
  },
});
