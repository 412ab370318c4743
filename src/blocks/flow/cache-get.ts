import { z } from "zod";
import { defineBlock } from "../contract/block.ts";
import { inputRef, orRef } from "../contract/fields.ts";
import { CAMERA_CACHE, CameraCache } from "./camera-cache.ts";

export const cacheGetV1 = defineBlock({
  type: "roboflow_core/cache_get@v1",
  category: "flow",
  summary: "Reads what a cache_set step of the workflow last wrote for the camera; false where nothing was written.",
  inputs: () =>
    z.object({
      image: inputRef("image").describe("Image whose camera the value was kept for."),
      key: orRef(z.string(), "string").describe("Name of the value."),
    }),
  outputs: { output: "*" },
  example: { image: "$inputs.image", key: "last_plate" },
  state: () => new CameraCache(),
  keeps: [CameraCache],
  shares: CAMERA_CACHE,
  run: ({ key }, { state }) => ({ output: state.get(key) }),
});
