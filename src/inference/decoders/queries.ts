import type { Candidates, DecodeRequest, Layout, OutputTensor } from "../families/family.ts";
import { addBox, cornersOf } from "./boxes.ts";
import { logistic, logitOf } from "./scores.ts";

/** Which outputs hold the boxes and the class logits of queries. */
export function queryTensors(outputs: readonly OutputTensor[], { boxes, logits }: Layout) {
  return { boxes: outputs[boxes as number]!, logits: outputs[logits as number]! };
}

/**
 * Decodes a set of queries: centre and size as shares of the input, logits of classes that are independent of each other. One query may be
 * objects of several classes. As in training, at most as many objects as queries are taken.
 */
export function decodeQueries(request: DecodeRequest, into: Candidates): void {
  const { outputs, index, layout, confidence } = request;
  const { logits } = queryTensors(outputs, layout);
  const [, queries = 0, classes = 0] = logits.dims;
  const start = index * queries * classes;
  const least = leastLogit(logits.data, { start, end: start + queries * classes, most: queries, confidence });
  for (let i = 0; i < queries * classes; i++) {
    const logit = logits.data[start + i]!;
    if (!(logit >= least)) continue;
    const query = Math.floor(i / classes);
    const found = { score: logistic(logit), classId: i % classes, origin: query };
    addBox(into, queryBox(request, query), found);
  }
}

/** Corners of a query's box in pixels of the model's input. */
export function queryBox({ outputs, index, layout, width, height }: DecodeRequest, query: number) {
  const { data, dims } = queryTensors(outputs, layout).boxes;
  const at = (index * dims[1]! + query) * 4;
  return cornersOf(data[at]! * width, data[at + 1]! * height, data[at + 2]! * width, data[at + 3]! * height);
}

interface Range {
  start: number;
  end: number;
  most: number;
  confidence: number;
}

/** The logit of the confidence, or a higher one where more than `most` reach that. */
function leastLogit(data: Float32Array, { start, end, most, confidence }: Range): number {
  const least = logitOf(confidence);
  let count = 0;
  for (let i = start; i < end; i++) if (data[i]! >= least) count++;
  if (count <= most) return least;
  const reached = data.slice(start, end).filter((logit) => logit >= least);
  return reached.sort()[reached.length - most]!;
}
