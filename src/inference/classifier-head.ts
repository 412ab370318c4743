// The last linear layer of a classifier in an encoded model: what it takes is the feature vector, what it gives are the logits.
import { GRAPH, initializerName, MODEL } from "./files/onnx-file.ts";
import { namesOf } from "./files/onnx-part.ts";
import { protobufFields } from "./files/protobuf.ts";

/** Names of values inside of a graph. */
export interface ClassifierHead {
  features: string;
  logits: string;
}

interface Node {
  operator: string;
  inputs: readonly string[];
}

/** Follows the output back through what becomes of the scores; a text tells why no linear layer is found. */
export function findHead(bytes: Uint8Array, output: string): ClassifierHead | string {
  const { makers, constants } = readNodes(bytes);
  let logits = output;
  for (let node = makers.get(logits); node !== undefined && PASSES.includes(node.operator); node = makers.get(logits)) {
    logits = node.inputs[0] ?? "";
  }
  const last = makers.get(logits);
  const product = last?.operator === "Add" ? productIn(last, makers, constants) : last;
  const isLinear = product !== undefined && ["Gemm", "MatMul"].includes(product.operator);
  const [features = "", weights = ""] = product?.inputs ?? [];
  if (isLinear && constants.has(weights) && !constants.has(features)) return { features, logits };
  return `its last layer is ${last?.operator ?? "none"}, and not a linear one with weights of its own`;
}

/** What turns logits into scores, or only gives them another form. */
const PASSES = ["Softmax", "LogSoftmax", "Sigmoid", "Identity", "Cast", "Flatten", "Reshape", "Squeeze"];

/** The product that a bias is added to. */
function productIn(
  { inputs }: Node,
  makers: ReadonlyMap<string, Node>,
  constants: ReadonlySet<string>,
): Node | undefined {
  const [product, ...others] = inputs.filter((name) => !constants.has(name));
  return product === undefined || others.length > 0 ? undefined : makers.get(product);
}

/** The node behind every value, and the values that are weights or made of weights alone. */
function readNodes(bytes: Uint8Array) {
  const makers = new Map<string, Node>();
  const constants = new Set<string>();
  const graph = [...protobufFields(bytes)].find(({ number, type }) => number === MODEL.graph && type === 2);
  const fields = graph === undefined ? [] : [...protobufFields(graph.bytes)];
  for (const field of fields) if (field.number === GRAPH.initializer) constants.add(initializerName(field.bytes));
  for (const field of fields) {
    if (field.number !== GRAPH.node) continue;
    const { made, taken, operator } = namesOf(field.bytes);
    const isConstant = taken.every((name) => constants.has(name)) && !RANDOM.test(operator);
    for (const name of made) {
      makers.set(name, { operator, inputs: taken });
      if (isConstant) constants.add(name);
    }
  }
  return { makers, constants };
}

const RANDOM = /^Random/;
