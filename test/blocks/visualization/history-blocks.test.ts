import { describe, expect, it } from "vitest";
import { heatmapVisualizationV1 } from "../../../src/blocks/visualization/history/heatmap-visualization.ts";
import { traceVisualizationV1 } from "../../../src/blocks/visualization/history/trace-visualization.ts";
import type { Detection } from "../../../src/kinds/detections.ts";
import type { Image } from "../../../src/kinds/image.ts";
import { Step, type Values } from "../run-block.ts";
import { detection, detections, GREY, picture, video } from "../values.ts";
import { boundsWhere, pixel, type Rgb } from "./pixels.ts";

const isTouched = ([r, g, b]: Rgb) => r !== GREY || g !== GREY || b !== GREY;
const at = (x: number, y: number, changes: Partial<Detection> = {}) =>
  detection([x - 2, y - 2, x + 2, y + 2], { trackerId: 1, ...changes });

describe("trace_visualization@v1", () => {
  const steps = () => new Step(traceVisualizationV1);
  const draw = (
    step: Step,
    items: Detection[],
    { source = "a", ...values }: Values & { source?: string } = {},
  ): Image => {
    const inputs = { image: picture(90, 60), predictions: detections(items, 90, 60), ...values };
    return step.run(inputs, source)["image"] as Image;
  };

  it("draws where a track has been, from its second place on", () => {
    const step = steps();
    expect(boundsWhere(draw(step, [at(10, 10)]), isTouched)).toBeNull();
    draw(step, [at(30, 10)]);
    expect(boundsWhere(draw(step, [at(30, 40)]), isTouched)).toEqual([10, 10, 30, 40]);
  });

  it("goes back as many frames as it is long, those without detections included", () => {
    const step = steps();
    for (let frame = 0; frame < 6; frame++) draw(step, [at(10 + 10 * frame, 10)], { trace_length: 3 });
    expect(boundsWhere(draw(step, [at(70, 10)], { trace_length: 3 }), isTouched)).toEqual([50, 10, 70, 10]);
    draw(step, [], { trace_length: 3 });
    expect(boundsWhere(draw(step, [at(80, 10)], { trace_length: 2 }), isTouched)).toBeNull();
  });

  it("shows present tracks alone, and keeps those of one camera from another's", () => {
    const step = steps();
    draw(step, [at(10, 10), at(10, 30, { trackerId: 2 })]);
    expect(boundsWhere(draw(step, [at(40, 10)]), isTouched)).toEqual([10, 10, 40, 10]);
    expect(boundsWhere(draw(step, [at(80, 50)], { source: "b" }), isTouched)).toBeNull();
  });

  it("wants tracker ids, and none of what is not there", () => {
    expect(boundsWhere(draw(steps(), []), isTouched)).toBeNull();
    expect(() => draw(steps(), [detection([0, 0, 5, 5])])).toThrow(/no tracker id/);
    expect(boundsWhere(draw(steps(), [at(10, 10, { trackerId: -1 })]), isTouched)).toBeNull();
  });

  it("holds no more than the frames it shows", () => {
    const step = steps();
    for (let frame = 0; frame < 500; frame++)
      draw(step, [at(frame % 90, 10, { trackerId: frame })], { trace_length: 2 });
    const state = step.state("a") as { points: Map<number, unknown> };
    expect(state.points.size).toBeLessThanOrEqual(2);
  });
});

describe("heatmap_visualization@v1", () => {
  const look = { radius: 5, kernel_size: 1, opacity: 1, position: "CENTER" };
  const draw = (step: Step, items: Detection[], values: Values = {}): Image =>
    step.run({ image: picture(90, 60), predictions: detections(items, 90, 60), ...look, ...values })["image"] as Image;
  const untracked = (x: number, y: number) => detection([x - 2, y - 2, x + 2, y + 2]);

  it("colours touched places from the low to the top hue, by how often they were touched", () => {
    const step = new Step(heatmapVisualizationV1);
    draw(step, [untracked(20, 20)], { low_hue: 120, top_hue: 0 });
    const image = draw(step, [untracked(20, 20), untracked(60, 20)], { low_hue: 120, top_hue: 0 });
    expect(pixel(image, 20, 20)).toEqual([255, 0, 0]);
    expect(pixel(image, 60, 20)).toEqual([0, 255, 0]);
    expect(boundsWhere(image, isTouched)).toEqual([15, 15, 65, 25]);
  });

  it("stays without detections, and begins again with a picture of another size", () => {
    const step = new Step(heatmapVisualizationV1);
    draw(step, [untracked(20, 20)]);
    expect(boundsWhere(draw(step, []), isTouched)).not.toBeNull();
    const small = { image: picture(30, 30), predictions: detections([], 30, 30), ...look };
    expect(boundsWhere(step.run(small)["image"] as Image, isTouched)).toBeNull();
  });

  it("takes tracked objects from their second sight on, once they have moved", () => {
    const step = new Step(heatmapVisualizationV1);
    const places = [at(20, 20), at(22, 20), at(60, 20)].map((item) => boundsWhere(draw(step, [item]), isTouched));
    expect(places).toEqual([null, null, [55, 15, 65, 25]]);
    const all = new Step(heatmapVisualizationV1);
    expect(boundsWhere(draw(all, [at(20, 20)], { ignore_stationary: false }), isTouched)).toEqual([15, 15, 25, 25]);
  });

  it("keeps the heat of videos apart by their metadata", () => {
    const step = new Step(heatmapVisualizationV1);
    const of = (videoIdentifier: string) => ({ metadata: video(0, { videoIdentifier }) });
    draw(step, [untracked(20, 20)], of("a"));
    expect(boundsWhere(draw(step, [], of("b")), isTouched)).toBeNull();
    expect(boundsWhere(draw(step, [], of("a")), isTouched)).not.toBeNull();
  });
});
