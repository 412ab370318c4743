import { z } from "zod";
import { strokePath } from "../../../drawing/lines.ts";
import { ANCHORS } from "../../../kinds/anchor.ts";
import { trackedItems } from "../../analytics/tracked.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef } from "../../contract/fields.ts";
import { drawingBlock, drawingFields, drawnItems } from "../drawing-fields.ts";
import { wholeAnchor } from "../whole-pixels.ts";
import { Traces } from "./traces.ts";

export const traceVisualizationV1 = defineBlock({
  ...drawingBlock,
  type: "roboflow_core/trace_visualization@v1",
  summary: "Draws the ways that tracked objects went.",
  inputs: () =>
    z.object({
      ...drawingFields(),
      position: orRef(z.enum(ANCHORS), "string")
        .default("CENTER")
        .describe("Point of the object that leaves the trace."),
      trace_length: orRef(z.int().min(1), "integer").default(30).describe("Frames that a trace goes back."),
      thickness: orRef(z.int().min(1), "integer")
        .default(1)
        .describe("Width of the line in pixels; an even width is one more."),
    }),
  example: { image: "$inputs.image", predictions: "$steps.track.tracked_detections", trace_length: 60 },
  state: () => new Traces(),
  keeps: [Traces],
  run: ({ position, trace_length, thickness, ...inputs }, context) => {
    const { state, step } = context;
    const items = trackedItems(inputs.predictions, step).filter(({ trackerId }) => trackerId >= 0);
    const seen = items.map((item) => ({ id: item.trackerId, point: wholeAnchor(item, position, step) }));
    state.add(seen, trace_length);
    // The next frame adds to them.
    const paths = items.map(({ trackerId }) => [...state.of(trackerId)]);
    return drawnItems({ ...inputs, predictions: { items } }, context, (canvas, _item, color, i) => {
      strokePath(canvas, paths[i]!, { thickness, color });
    });
  },
});
