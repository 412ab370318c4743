// Rewrites an encoded model so that it takes pictures as they leave the decoder: uint8 [batch, height, width, 3].
// Weights are carried over as untouched bytes; only inputs, outputs and a few new nodes differ.
import { ModelError } from "../base/errors.ts";
import { knownInput, type ModelDescription, type ModelInput } from "./description.ts";
import { GRAPH, MODEL, type TensorInfo } from "./files/onnx-file.ts";
import {
  elementTypeCode,
  messageField,
  messageParts,
  type NodeSpec,
  writeNode,
  writeTensorInfo,
} from "./files/onnx-writer.ts";
import { protobufFields, textOf } from "./files/protobuf.ts";

/** The same model with one uint8 input and float32 outputs in the same order, then what is inside of it; their names may differ. */
export function withUint8Input(bytes: Uint8Array, description: ModelDescription): Uint8Array {
  const change = changeOf(description);
  const parts = [...protobufFields(bytes)].flatMap((field) => {
    const isGraph = field.number === MODEL.graph && field.type === 2;
    return isGraph ? messageParts(MODEL.graph, rewriteGraph(field.bytes, change)) : [field.raw];
  });
  return Buffer.concat(parts);
}

/** Name of the input that takes pictures. */
export const PIXELS = "millrace_pixels";
/** Oldest operator set with the numpy rules of broadcasting that the new nodes rely on. */
const MIN_OPSET = 7;
const OTHER_FLOATS = ["float16", "bfloat16", "float64"];

interface Change {
  before: NodeSpec[];
  after: NodeSpec[];
  /** Outputs that the file does not have. */
  added: TensorInfo[];
  /** What stands in place of an input or output, by the name in the file. */
  inputs: Map<string, TensorInfo>;
  outputs: Map<string, TensorInfo>;
}

function changeOf(description: ModelDescription): Change {
  const { opset, path, outputs } = description;
  const input = knownInput(description);
  if (opset < MIN_OPSET) {
    const message = `model "${path}": operator set ${opset}, expected ${MIN_OPSET} or later; convert it with onnx.version_converter`;
    throw new ModelError("MODEL_OPSET_TOO_OLD", message, { path, opset });
  }
  const own = description.inputs.find(({ name }) => name === input.name)?.shape[0];
  const batch = input.layout === "hwc" ? 1 : (own ?? input.batch);
  const sides = input.isFree ? ["millrace_height", "millrace_width"] : [input.height, input.width];
  const pixels = { name: PIXELS, elementType: "uint8", shape: [batch, ...sides, 3] };
  const hidden = hiddenValues(description);
  const cast = outputs.filter(({ elementType }) => OTHER_FLOATS.includes(elementType));
  return {
    before: inputNodes(input),
    after: [...cast.map(({ name }) => castNode(name, float32Name(name), "float32")), ...hidden.flatMap(rowNodes)],
    added: hidden.map(({ to }) => ({ name: to, elementType: "float32", shape: ["?", "?"] })),
    inputs: new Map([[input.name, pixels]]),
    outputs: new Map(
      cast.map((info) => [info.name, { ...info, name: float32Name(info.name), elementType: "float32" }]),
    ),
  };
}

/** Values inside of the graph that are given out as well. */
function hiddenValues({ head }: ModelDescription): { from: string; to: string }[] {
  if (head === null || typeof head === "string") return [];
  return [
    { from: head.features, to: "millrace_features" },
    { from: head.logits, to: "millrace_logits" },
  ];
}

/** A row of float32 for each picture, whatever form the value has. */
function rowNodes({ from, to }: { from: string; to: string }): NodeSpec[] {
  return [node("Flatten", [from], `${to}_rows`, { axis: 1 }), castNode(`${to}_rows`, to, "float32")];
}

/** From `PIXELS` to the model's own input. The cast comes first: TensorRT takes uint8 only where a cast follows. */
function inputNodes(input: ModelInput): NodeSpec[] {
  const isFloat = input.elementType.includes("float");
  // Brightness is a mix, so it is computed in floats.
  const isMixed = input.layout === "grey" || input.grey === true;
  const computeType = isFloat || isMixed ? "float32" : input.elementType;
  const steps: ((from: string, to: string) => NodeSpec[])[] = [];
  if (computeType !== "uint8") steps.push((from, to) => [castNode(from, to, computeType)]);
  // The first value of mean and std is that of the only channel.
  if (isMixed) steps.push((from, to) => greyNodes(from, to, input));
  if (input.layout === "nchw" || input.layout === "grey")
    steps.push((from, to) => [node("Transpose", [from], to, { perm: [0, 3, 1, 2] })]);
  // Of a batch of one nothing else is of length 1.
  if (input.layout === "hwc") steps.push((from, to) => [node("Squeeze", [from], to)]);
  if (isFloat) steps.push(...normalisation(input));
  // A cast to whole numbers cuts off.
  if (isMixed && !isFloat) steps.push((from, to) => plus(from, to, { values: [0.5], layout: input.layout }));
  if (computeType !== input.elementType) {
    steps.push((from, to) => [castNode(from, to, input.elementType)]);
  }
  if (steps.length === 0) return [node("Identity", [PIXELS], input.name)];
  const names = steps.map((_, index) => (index === steps.length - 1 ? input.name : `${PIXELS}_${index}`));
  return steps.flatMap((step, index) => step(names[index - 1] ?? PIXELS, names[index]!));
}

/** One multiplication and one addition, each left out where it changes nothing. */
function normalisation({ scale, mean, std, layout }: ModelInput) {
  const channels = layout === "grey" ? 1 : 3;
  const factors = std.slice(0, channels).map((deviation) => scale / deviation);
  const offsets = mean.slice(0, channels).map((value, channel) => -value / std[channel]!);
  const withConstant = (op: string, values: number[]) => (from: string, to: string) => [
    constantNode(`${to}_constant`, values, layout),
    node(op, [from, `${to}_constant`], to),
  ];
  return [
    ...(factors.some((factor) => factor !== 1) ? [withConstant("Mul", factors)] : []),
    ...(offsets.some((offset) => offset !== 0) ? [withConstant("Add", offsets)] : []),
  ];
}

function plus(from: string, to: string, { values, layout }: { values: number[]; layout: ModelInput["layout"] }) {
  return [constantNode(`${to}_constant`, values, layout), node("Add", [from, `${to}_constant`], to)];
}

/** Shares of red, green and blue in the brightness of a pixel (ITU-R BT.601). */
const BRIGHTNESS = [0.299, 0.587, 0.114];

/** One channel where the model takes one, else three that are equal. */
function greyNodes(from: string, to: string, { order, layout }: ModelInput): NodeSpec[] {
  const shares = order === "rgb" ? BRIGHTNESS : BRIGHTNESS.toReversed();
  const channels = layout === "grey" ? 1 : 3;
  const values = Float32Array.from(shares.flatMap((share) => new Array<number>(channels).fill(share)));
  const weights = node("Constant", [], `${to}_weights`, { value: { dims: [3, channels], values } });
  return [weights, node("MatMul", [from, `${to}_weights`], to)];
}

function node(op: string, inputs: string[], output: string, attributes: NodeSpec["attributes"] = {}): NodeSpec {
  return { op, inputs, outputs: [output], attributes };
}

function castNode(from: string, to: string, elementType: string): NodeSpec {
  return node("Cast", [from], to, { to: elementTypeCode(elementType) });
}

/** A node and not an initializer: before IR version 4 those had to be listed among the inputs. */
function constantNode(name: string, values: number[], layout: ModelInput["layout"]): NodeSpec {
  const equal = values.every((value) => value === values[0]);
  const dims = equal ? [] : layout === "nchw" ? [1, 3, 1, 1] : [3];
  return node("Constant", [], name, {
    value: { dims, values: Float32Array.from(equal ? values.slice(0, 1) : values) },
  });
}

function float32Name(name: string): string {
  return `${name}_millrace_float32`;
}

function rewriteGraph(graph: Uint8Array, { before, after, added, inputs, outputs }: Change): Uint8Array[] {
  const parts = before.map(nodeField);
  for (const field of protobufFields(graph)) {
    const changed = { [GRAPH.input]: inputs, [GRAPH.output]: outputs }[field.number];
    const replacement = changed?.get(nameOf(field.bytes));
    parts.push(replacement === undefined ? field.raw : messageField(field.number, writeTensorInfo(replacement)));
  }
  const more = added.map((info) => messageField(GRAPH.output, writeTensorInfo(info)));
  return [...parts, ...after.map(nodeField), ...more];
}

function nodeField(spec: NodeSpec): Uint8Array {
  return messageField(GRAPH.node, writeNode(spec));
}

function nameOf(info: Uint8Array): string {
  for (const field of protobufFields(info)) if (field.number === 1) return textOf(field.bytes);
  return "";
}
