// Text detectors of PaddleOCR and docTR: one map of how likely each pixel is text.
import { logistic } from "../../decoders/scores.ts";
import { linesOf } from "../../decoders/text-map.ts";
import { describeTensors } from "../evidence.ts";
import { type FamilyOf, type ItemOutputs, type ModelFacts, no, type Verdict } from "../family.ts";
import { IMAGENET } from "../preprocessing.ts";

export const textDetection: FamilyOf<"text_detection"> = {
  name: "text-detection",
  aliases: ["pp-ocr-det", "db", "doctr-det"],
  task: "text_detection",
  preprocessing: { ...IMAGENET, order: "bgr" },
  options: {
    limit: "pixels that the shorter side of a picture is enlarged to, 736 by default",
    least: "lowest mean score of a line, 0.6 by default",
    growth: "how far lines are grown, 1.5 by default",
  },
  sizeFor,
  match,
  lines,
};

/** Names that converters of PaddlePaddle give. */
const NAMES = /^(sigmoid_\d+\.tmp_\d+|fetch_name_\d+|save_infer_model)/;

function match(facts: ModelFacts): Verdict {
  const { file, options, stated } = facts;
  const [output, ...others] = file.outputs;
  if (others.length > 0 || output?.shape.length !== 4 || isOther(output.shape[1])) {
    return no(`expected one map of one channel, found ${describeTensors(file.outputs)}`);
  }
  if (!stated && facts.task === null && !NAMES.test(output.name)) {
    return no("a map of one channel may be of depth or of a foreground as well", "the family");
  }
  return { matches: true, classCount: 0, layout: options, reason: `one map of one channel, "${output.name}"` };
}

/** Converters leave even the number of channels free. */
function isOther(channels: number | string | undefined): boolean {
  return typeof channels === "number" && channels !== 1;
}

const SIDE = 32;
const SHORTER = 736;
/** Beyond it a picture is made smaller. */
const LONGEST = 4000;

/** Enlarged until the shorter side is long enough, both multiples of 32. */
function sizeFor({ width, height }: { width: number; height: number }) {
  const enlarged = Math.max(1, SHORTER / Math.min(width, height));
  const scale = Math.min(enlarged, LONGEST / Math.max(width, height));
  const side = (length: number) => Math.max(SIDE, Math.round((length * scale) / SIDE) * SIDE);
  return { width: side(width), height: side(height) };
}

function lines({ outputs, index, layout, width, height }: ItemOutputs) {
  const { data, dims } = outputs[0]!;
  const [, , down = 0, across = 0] = dims;
  const raw = data.subarray(index * down * across, (index + 1) * down * across);
  const number = (name: string, otherwise: number) => (typeof layout[name] === "number" ? layout[name] : otherwise);
  const scores = raw.some((value) => value < -0.01 || value > 1.01) ? raw.map(logistic) : raw;
  const rule = { threshold: 0.3, least: number("least", 0.6), growth: number("growth", 1.5) };
  return linesOf({ scores, width: across, height: down }, rule).map(({ corners, confidence }) => ({
    corners: corners.map((value, i) => (i % 2 === 0 ? (value * width) / across : (value * height) / down)),
    confidence,
  }));
}
