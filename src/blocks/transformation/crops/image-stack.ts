import { z } from "zod";
import type { Image } from "../../../kinds/image.ts";
import type { PixelService } from "../../../kinds/pixel-service.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { encodeJpeg } from "../../encode-jpeg.ts";

const MOST_FRAMES = 64;
const QUALITY = 75;
const LEAST_SIDE = 64;
const WIDEST = 1920;
const HIGHEST = 1080;

export const imageStackV1 = defineBlock({
  type: "roboflow_core/image_stack@v1",
  category: "transformation",
  summary: "Keeps the last pictures of each camera as JPEG, the newest first.",
  inputs: () =>
    z.object({
      image: ref("image").describe("Picture to put on the stack."),
      stack_size: orRef(z.int().min(1).max(MOST_FRAMES), "integer").default(10).describe("How many pictures are kept."),
      resolution_width: orRef(z.int().min(LEAST_SIDE).max(WIDEST), "integer")
        .default(WIDEST)
        .describe("Width above which pictures are made smaller, in pixels."),
      resolution_height: orRef(z.int().min(LEAST_SIDE).max(HIGHEST), "integer")
        .default(HIGHEST)
        .describe("Height above which pictures are made smaller, in pixels."),
      clear: orRef(z.boolean(), "boolean").default(false).describe("Throws away what is on the stack before."),
    }),
  outputs: { frames: "list_of_values", frames_count: "integer" },
  needs: ["pixels"],
  example: { image: "$inputs.image", stack_size: 5, resolution_width: 640, resolution_height: 480 },
  state: (): Stack => ({ frames: [] }),
  run: async ({ image, clear, ...limits }, { state, services }) => {
    const frame = await compressed(image, services.pixels, {
      width: held(limits.resolution_width, LEAST_SIDE, WIDEST),
      height: held(limits.resolution_height, LEAST_SIDE, HIGHEST),
    });
    const size = held(limits.stack_size, 1, MOST_FRAMES);
    state.frames = [frame, ...(clear ? [] : state.frames)].slice(0, size);
    const frames: unknown[] = [...state.frames];
    return { frames, frames_count: frames.length };
  },
});

interface Stack {
  frames: Uint8Array[];
}

/** Limits that inputs bring are held to those that may be written down. */
function held(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

async function compressed(image: Image, pixels: PixelService, limit: { width: number; height: number }) {
  return encodeJpeg(pixels.copy(image), image, { quality: QUALITY, within: limit });
}
