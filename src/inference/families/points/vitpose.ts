// ViTPose and other top-down pose models: a heat map for each point of the one person of a picture, a quarter of its size.
import { addPerson } from "../../decoders/whole-person.ts";
import { describeTensors, outputNamed } from "../evidence.ts";
import { type FamilyOf, type ItemOutputs, type ModelFacts, no, type Verdict } from "../family.ts";
import { IMAGENET } from "../preprocessing.ts";
import { POINTS_OPTION, pointNames } from "./point-names.ts";

export const vitpose: FamilyOf<"keypoints"> = {
  name: "vitpose",
  aliases: ["keypoints", "heatmaps"],
  task: "keypoints",
  preprocessing: { ...IMAGENET, fit: "letterbox_center" },
  needsSuppression: false,
  confidence: 0.2,
  options: POINTS_OPTION,
  match,
  decode: (request, into) => addPerson(points(request), request.confidence, into),
  points,
};

function match(facts: ModelFacts): Verdict {
  const { outputs } = facts.file;
  const output = facts.stated && outputs.length === 1 ? outputs[0] : outputNamed(facts, "heatmaps");
  const count = output?.shape[1];
  if (output?.shape.length !== 4 || typeof count !== "number") {
    return no(`expected an output "heatmaps" of 4 dimensions, found ${describeTensors(outputs)}`);
  }
  const layout = { maps: outputs.indexOf(output) };
  const reason = `heat maps of ${count} points`;
  return {
    matches: true,
    classCount: 1,
    layout,
    reason,
    points: pointNames(facts.options, count),
    classes: ["person"],
  };
}

function points({ outputs, index, layout, width, height }: ItemOutputs): Float32Array {
  const { data, dims } = outputs[layout["maps"] as number]!;
  const [, count = 0, down = 0, across = 0] = dims;
  const found = new Float32Array(count * 3);
  for (let i = 0; i < count; i++) {
    const map = data.subarray((index * count + i) * down * across, (index * count + i + 1) * down * across);
    const { x, y, score } = peakOf(map, across, down);
    found.set([((x + 0.5) * width) / across, ((y + 0.5) * height) / down, score], i * 3);
  }
  return found;
}

/** The highest cell, a quarter of a cell towards its higher neighbours. */
function peakOf(map: Float32Array, across: number, down: number) {
  let best = 0;
  for (let i = 1; i < map.length; i++) if (map[i]! > map[best]!) best = i;
  const [x, y] = [best % across, Math.floor(best / across)];
  const slope = (before: number, after: number) => Math.sign((map[after] ?? 0) - (map[before] ?? 0)) / 4;
  const dx = x > 0 && x < across - 1 ? slope(best - 1, best + 1) : 0;
  const dy = y > 0 && y < down - 1 ? slope(best - across, best + across) : 0;
  return { x: x + dx, y: y + dy, score: map[best]! };
}
