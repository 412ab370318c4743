// Readers of one line of text with a score of every character for each step along it: PaddleOCR, docTR's CRNN, EasyOCR.
import { decodeSteps } from "../../decoders/ctc.ts";
import { describeTensors, namedClasses } from "../evidence.ts";
import { type FamilyOf, type ItemOutputs, type ModelFacts, no, type Verdict } from "../family.ts";

export const textRecognition: FamilyOf<"ocr"> = {
  name: "text-recognition",
  aliases: ["pp-ocr-rec", "crnn", "ctc"],
  task: "ocr",
  // The border is 0 once the picture is scaled, which is between two bytes.
  preprocessing: {
    order: "bgr",
    scale: 1 / 255,
    mean: [0.5, 0.5, 0.5],
    std: [0.5, 0.5, 0.5],
    fit: "letterbox_top_left",
    pad: 127,
  },
  options: { blank: '"first" or "last": which score is of no character' },
  sizeFor,
  match,
  text,
};

const HEIGHT = 48;
const NARROWEST = 320;
const WIDEST = 3200;
const HEIGHTS = [32, 48, 64];
/** Fewer characters than the letters and digits of an alphabet are as likely something else. */
const FEWEST = 36;

/** As wide as the picture is at the height of the input, and never narrower than in training. */
function sizeFor(image: { width: number; height: number }, input = { width: 0, height: HEIGHT }) {
  const width = Math.ceil((input.height * image.width) / image.height);
  return { width: Math.max(NARROWEST, Math.min(WIDEST, width)), height: input.height };
}

function match(facts: ModelFacts): Verdict {
  const { file, image, options, stated } = facts;
  const [output, ...others] = file.outputs;
  const [, , size] = output?.shape ?? [];
  if (others.length > 0 || output?.shape.length !== 3 || (typeof size !== "number" && !stated)) {
    return no(`expected one output of steps and scores of characters, found ${describeTensors(file.outputs)}`);
  }
  const named = namedClasses(facts);
  const count = typeof size === "number" ? size : (named ?? 0) + 2;
  const [height, width] = image.layout === "nhwc" ? image.info.shape.slice(1) : image.info.shape.slice(2);
  const isLine = typeof height === "number" && HEIGHTS.includes(height) && count >= FEWEST;
  const isLow = typeof width !== "number" || width >= 2 * Number(height);
  if (!stated && facts.task?.name !== "ocr" && !(isLine && isLow))
    return no("its input is not as low as a line of text");
  // EasyOCR's readers take grey lines.
  const layout = { ...options, size: count, isProduct: image.layout === "grey" };
  const told = `steps of ${count} scores`;
  if (named === null) return no(`${told}, and nothing names the characters`, "classes, a file with one in each line");
  // One score is of no character, one of a space where the list leaves it out.
  if (named < count - 2 || named > count) return no(`${told}, and ${named} characters are named`);
  return { matches: true, classCount: named, layout: { ...layout, named }, reason: `${told} for ${named} characters` };
}

function text(item: ItemOutputs, alphabet: readonly string[]): { text: string; confidence: number } {
  const { outputs, index, layout } = item;
  const { data, dims } = outputs[0]!;
  const size = dims[2]!;
  const isLast = layout["blank"] === "last";
  // Where the list has the blank itself it comes first.
  const shift = !isLast && alphabet.length < size ? 1 : 0;
  const isTimeFirst = layout["isTimeFirst"] === true;
  const [steps, batch] = isTimeFirst ? [dims[0]!, dims[1]!] : [dims[1]!, dims[0]!];
  const place = isTimeFirst ? { first: index * size, step: batch * size } : { first: index * steps * size, step: size };
  const { places, scores } = decodeSteps({ data, ...place, count: steps, size, blank: isLast ? size - 1 : 0 });
  return {
    text: places.map((found) => alphabet[found - shift] ?? " ").join(""),
    confidence: layout["isProduct"] === true ? productOf(scores) : meanOf(scores),
  };
}

function meanOf(scores: readonly number[]): number {
  return scores.length === 0 ? 0 : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** As EasyOCR weighs the characters of a text. */
function productOf(scores: readonly number[]): number {
  if (scores.length === 0) return 0;
  return scores.reduce((product, score) => product * score, 1) ** (2 / Math.sqrt(scores.length));
}
