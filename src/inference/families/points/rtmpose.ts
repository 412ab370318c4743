// RTMPose (Jiang et al., 2023): for each point of the one person of a picture a row of scores along x and one along y, in half pixels.
import { largest } from "../../decoders/boxes.ts";
import { addPerson } from "../../decoders/whole-person.ts";
import { describeTensors } from "../evidence.ts";
import { type FamilyOf, type ItemOutputs, type ModelFacts, no, type Verdict } from "../family.ts";
import { POINTS_OPTION, pointNames } from "./point-names.ts";

export const rtmpose: FamilyOf<"keypoints"> = {
  name: "rtmpose",
  aliases: ["keypoints", "simcc"],
  task: "keypoints",
  preprocessing: {
    order: "rgb",
    scale: 1,
    mean: [123.675, 116.28, 103.53],
    std: [58.395, 57.12, 57.375],
    fit: "letterbox_center",
    pad: 0,
  },
  needsSuppression: false,
  confidence: 0.2,
  options: POINTS_OPTION,
  match,
  decode: (request, into) => addPerson(points(request), request.confidence, into),
  points,
};

function match({ file: { outputs }, options }: ModelFacts): Verdict {
  const place = (wanted: string) => outputs.findIndex(({ name }) => name === wanted);
  const layout = { x: place("simcc_x"), y: place("simcc_y") };
  const count = outputs[layout.x]?.shape[1];
  if (layout.y < 0 || typeof count !== "number") {
    return no(`expected outputs "simcc_x" and "simcc_y", found ${describeTensors(outputs)}`);
  }
  return {
    matches: true,
    classCount: 1,
    layout,
    reason: `rows of scores for ${count} points`,
    points: pointNames(options, count),
    classes: ["person"],
  };
}

function points({ outputs, index, layout, width, height }: ItemOutputs): Float32Array {
  const [along, down] = [outputs[layout["x"] as number]!, outputs[layout["y"] as number]!];
  const [, count = 0, columns = 0] = along.dims;
  const rows = down.dims[2] ?? 0;
  const found = new Float32Array(count * 3);
  for (let i = 0; i < count; i++) {
    const [fromX, fromY] = [(index * count + i) * columns, (index * count + i) * rows];
    const [x, y] = [largest(along.data, fromX, columns), largest(down.data, fromY, rows)];
    const score = Math.max(0, Math.min(1, along.data[x]!, down.data[y]!));
    found.set([((x - fromX) * width) / columns, ((y - fromY) * height) / rows, score], i * 3);
  }
  return found;
}
