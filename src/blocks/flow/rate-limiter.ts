import { z } from "zod";
import { defineBlock } from "../contract/block.ts";
import { inputRef, ref, stepRefs } from "../contract/fields.ts";
import { isWithin, secondsOf } from "./step-clock.ts";

export const rateLimiterV1 = defineBlock({
  type: "roboflow_core/rate_limiter@v1",
  category: "flow",
  summary: "Lets steps run at most once in a stretch of time, for each camera by itself.",
  inputs: () =>
    z.object({
      cooldown_seconds: z.number().min(0).default(1).describe("Seconds that must pass before the steps run again."),
      depends_on: ref("*").describe("Output of the step that the limited ones come after; its value does not matter."),
      next_steps: stepRefs().describe("Steps that are limited."),
      video_reference_image: inputRef("image")
        .nullable()
        .default(null)
        .describe(
          "Image whose video gives the time; without it a recording's own clock does, and the machine's for live cameras.",
        ),
    }),
  outputs: {},
  flow: true,
  example: { cooldown_seconds: 5, depends_on: "$steps.model.predictions", next_steps: ["$steps.notify"] },
  state: () => ({ ranAt: null as number | null }),
  keeps: [],
  run: ({ cooldown_seconds, next_steps, video_reference_image }, { state, frame }) => {
    const now = secondsOf([video_reference_image], frame);
    if (isWithin(cooldown_seconds, state.ranAt, now)) return [];
    state.ranAt = now;
    return next_steps;
  },
});
