// Models of normal pictures as anomalib exports them: a score of the whole picture and a map of where it differs.
import { describeTensors, outputNamed } from "../evidence.ts";
import { type FamilyOf, type ItemOutputs, type ModelFacts, no, type Verdict } from "../family.ts";
import { STRETCH_RGB } from "../preprocessing.ts";

export const anomaly: FamilyOf<"anomaly"> = {
  name: "anomaly",
  aliases: ["patchcore", "padim", "efficientad", "fastflow", "foundad", "anomalib"],
  task: "anomaly",
  preprocessing: STRETCH_RGB,
  options: {
    threshold: "score from which on a picture is anomalous; 0.5 by default",
    scale: "how much more score takes the confidence from 0.5 to 0.73; a tenth of the threshold by default",
  },
  match,
  anomaly: readAnomaly,
};

const MAPS = ["anomaly_map", "anomaly_maps"];
const SCORES = ["pred_score", "anomaly_score"];

function match(facts: ModelFacts): Verdict {
  const { outputs } = facts.file;
  const [map, score] = [outputNamed(facts, ...MAPS), outputNamed(facts, ...SCORES)];
  // A score without a map says little of what the file is for.
  const isTold = map !== undefined || facts.stated || facts.task?.name === "anomaly";
  if (!isTold || (map === undefined && score === undefined)) {
    return no(`expected outputs "pred_score" and "anomaly_map", found ${describeTensors(outputs)}`);
  }
  if (map !== undefined && !isMap(map.shape))
    return no(`expected a map of one channel, found ${describeTensors([map])}`);
  const layout = {
    map: map === undefined ? -1 : outputs.indexOf(map),
    score: score === undefined ? -1 : outputs.indexOf(score),
  };
  const parts = [score, map].flatMap((output) => (output === undefined ? [] : [`"${output.name}"`]));
  return { matches: true, classCount: 0, layout, reason: `outputs ${parts.join(" and ")} of anomalies` };
}

function isMap(shape: readonly (number | string)[]): boolean {
  return shape.length === 3 || (shape.length === 4 && (shape[1] === 1 || typeof shape[1] === "string"));
}

/** Where there is no score of its own, the largest of the map is it. */
function readAnomaly({ outputs, index, layout }: ItemOutputs) {
  const map = mapOf(outputs[layout["map"] as number], index);
  const scores = outputs[layout["score"] as number]?.data;
  const score = scores?.[index] ?? map?.values.reduce((most, value) => Math.max(most, value)) ?? 0;
  const threshold = numberIn(layout["threshold"]) ?? USUAL_THRESHOLD;
  const scale = numberIn(layout["scale"]) ?? Math.max(Math.abs(threshold) / 10, LEAST_SCALE);
  return { score, threshold, scale, map };
}

const USUAL_THRESHOLD = 0.5;
const LEAST_SCALE = 1e-6;

function numberIn(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function mapOf(tensor: ItemOutputs["outputs"][number] | undefined, index: number) {
  if (tensor === undefined) return null;
  const [height = 0, width = 0] = tensor.dims.slice(-2);
  return { width, height, values: tensor.data.slice(index * width * height, (index + 1) * width * height) };
}
