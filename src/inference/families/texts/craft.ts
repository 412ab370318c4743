// CRAFT, which EasyOCR finds text with: a map of characters and one of what links them, half as large as the input, channels last.
import { wordsOf } from "../../decoders/character-map.ts";
import { uprightCorners } from "../../decoders/text-map.ts";
import { linesOfWords } from "../../decoders/words-to-lines.ts";
import { describeTensors } from "../evidence.ts";
import { type FamilyOf, type ItemOutputs, type ModelFacts, no, type Verdict } from "../family.ts";
import { IMAGENET } from "../preprocessing.ts";

export const craft: FamilyOf<"text_detection"> = {
  name: "craft",
  aliases: ["easy-ocr-det"],
  task: "text_detection",
  preprocessing: { ...IMAGENET, fit: "letterbox_top_left" },
  sizeFor,
  match,
  lines,
};

const SIDE = 32;
const LONGEST = 2560;

/** As large as the picture, both multiples of 32. */
function sizeFor({ width, height }: { width: number; height: number }) {
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  const side = (length: number) => Math.max(SIDE, Math.ceil((length * scale) / SIDE) * SIDE);
  return { width: side(width), height: side(height) };
}

/** Exports may keep the features of a refiner. */
function match({ file: { outputs }, image }: ModelFacts): Verdict {
  const [map, ...others] = outputs.filter(({ shape }) => shape.length === 4 && shape[3] === 2);
  const isHalf = (cells: number | string | undefined, pixels: number | null) =>
    typeof cells === "string" || pixels === null || cells === pixels / 2;
  const fits = isHalf(map?.shape[1], image.height) && isHalf(map?.shape[2], image.width);
  if (map === undefined || others.length > 0 || outputs.length > 2 || image.layout !== "nchw" || !fits) {
    return no(
      `expected a map of two scores half as large as the input, channels last, found ${describeTensors(outputs)}`,
    );
  }
  return {
    matches: true,
    classCount: 0,
    layout: { map: outputs.indexOf(map) },
    reason: "a map of characters and of links",
  };
}

function lines({ outputs, index, layout, width, height }: ItemOutputs) {
  const { data, dims } = outputs[layout["map"] as number]!;
  const [, down = 0, across = 0] = dims;
  const size = down * across * 2;
  const words = wordsOf({ scores: data.subarray(index * size, (index + 1) * size), width: across, height: down });
  const inPixels = words.map(({ corners, confidence }) => ({
    confidence,
    corners: corners.map(([x, y]) => [(x * width) / across, (y * height) / down] as const),
  }));
  // A rectangle begins at any of its corners.
  const upright = inPixels.map(({ corners, confidence }) => ({ confidence, corners: pairs(uprightCorners(corners)) }));
  return linesOfWords(upright).map(({ corners, confidence }) => ({
    confidence,
    corners: Float32Array.from(corners.flat()),
  }));
}

function pairs(corners: Float32Array): (readonly [number, number])[] {
  return [0, 2, 4, 6].map((at) => [corners[at]!, corners[at + 1]!] as const);
}
