// What an ONNX file says about itself, read from its Protocol Buffers (field numbers of onnx.proto); tensor data is skipped.
import { ModelError, messageOf } from "../../base/errors.ts";
import { whatIsIt } from "./foreign-file.ts";
import { type ProtobufField, packedNumbers, protobufFields, textOf } from "./protobuf.ts";

/** An input or output of a graph. Free dimensions are names, "?" when they have none. */
export interface TensorInfo {
  name: string;
  /** "float32", "uint8", "float16"…, or "other" for what is no tensor. */
  elementType: string;
  shape: (number | string)[];
}

export interface OnnxFile {
  irVersion: number;
  /** Version of the default operator set, 0 when none is named. */
  opset: number;
  producer: string;
  metadata: Record<string, string>;
  /** Inputs that a caller feeds: those with a value in the file are left out. */
  inputs: TensorInfo[];
  outputs: TensorInfo[];
  /** Operator that makes each output, by its name; "" where none is found. */
  outputOperators: Record<string, string>;
  /** Numbers of rows of the weights of two dimensions: the one of embeddings tells the size of a vocabulary. */
  tables: number[];
}

/** Reads the head of a model file; throws `ModelError` MODEL_NOT_ONNX telling what was found instead. */
export function readOnnx(bytes: Uint8Array, path: string): OnnxFile {
  const foreign = whatIsIt(bytes);
  if (foreign !== null) throw notOnnx(path, foreign);
  try {
    return readModel(bytes, path);
  } catch (error) {
    if (error instanceof ModelError) throw error;
    throw notOnnx(path, `it is cut short or damaged (${messageOf(error)})`, error);
  }
}

/** Field numbers of ModelProto, GraphProto and TensorProto. */
export const MODEL = { irVersion: 1, producer: 2, producerVersion: 3, graph: 7, opset: 8, metadata: 14 };
export const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12, valueInfo: 13, sparseInitializer: 15 };
const NODE = { input: 1, output: 2, operator: 4 };
const TENSOR = { dims: 1, name: 8, location: 14 };

/** TensorProto.DataType. */
export const ELEMENT_TYPES: Readonly<Record<number, string>> = {
  1: "float32",
  2: "uint8",
  3: "int8",
  4: "uint16",
  5: "int16",
  6: "int32",
  7: "int64",
  8: "string",
  9: "bool",
  10: "float16",
  11: "float64",
  12: "uint32",
  13: "uint64",
  16: "bfloat16",
};

function readModel(bytes: Uint8Array, path: string): OnnxFile {
  const fields = [...protobufFields(bytes)];
  const graph = fields.find((field) => field.number === MODEL.graph && field.type === 2);
  if (graph === undefined) throw notOnnx(path, "it holds no graph");
  return {
    irVersion: fields.find((field) => field.number === MODEL.irVersion)?.value ?? 0,
    opset: defaultOpset(fields),
    producer: [MODEL.producer, MODEL.producerVersion]
      .map((number) => textField(fields, number))
      .join(" ")
      .trim(),
    metadata: Object.fromEntries(fields.filter((field) => field.number === MODEL.metadata).map(readEntry)),
    ...readGraph(graph.bytes, path),
  };
}

function defaultOpset(fields: readonly ProtobufField[]): number {
  for (const field of fields) {
    if (field.number !== MODEL.opset) continue;
    const entry = [...protobufFields(field.bytes)];
    if (["", "ai.onnx"].includes(textField(entry, 1))) return entry.find(({ number }) => number === 2)?.value ?? 0;
  }
  return 0;
}

function readEntry(field: ProtobufField): [string, string] {
  const entry = [...protobufFields(field.bytes)];
  return [textField(entry, 1), textField(entry, 2)];
}

type GraphFacts = Pick<OnnxFile, "inputs" | "outputs" | "outputOperators" | "tables">;

function readGraph(graph: Uint8Array, path: string): GraphFacts {
  const nodeFields: Uint8Array[] = [];
  const valued = new Set<string>();
  const tables = new Set<number>();
  const inputs: TensorInfo[] = [];
  const outputs: TensorInfo[] = [];
  for (const field of protobufFields(graph)) {
    if (field.number === GRAPH.node) nodeFields.push(field.bytes);
    else if (field.number === GRAPH.initializer) {
      valued.add(initializerName(field.bytes, path));
      const rows = rowsOf(field.bytes);
      if (rows !== null) tables.add(rows);
    } else if (field.number === GRAPH.sparseInitializer) valued.add(sparseName(field.bytes));
    else if (field.number === GRAPH.input) inputs.push(readTensorInfo(field.bytes));
    else if (field.number === GRAPH.output) outputs.push(readTensorInfo(field.bytes));
  }
  if (nodeFields.length === 0 || outputs.length === 0) throw notOnnx(path, "its graph has no nodes or no outputs");
  const outputOperators = operatorsOf(
    outputs.map(({ name }) => name),
    nodeFields,
  );
  return {
    inputs: inputs.filter((input) => !valued.has(input.name)),
    outputs,
    outputOperators,
    tables: [...tables],
  };
}

/** Nodes that pass on what another one made. */
const PASSES = ["Identity", "Cast"];

/** Nodes are in order of execution, so the search from the end finds outputs after a few. */
function operatorsOf(names: readonly string[], nodes: readonly Uint8Array[]): Record<string, string> {
  const found: Record<string, string> = Object.fromEntries(names.map((name) => [name, ""]));
  const wanted = new Map(names.map((name) => [name, [name]]));
  for (let i = nodes.length - 1; i >= 0 && wanted.size > 0; i--) {
    const fields = [...protobufFields(nodes[i] ?? new Uint8Array())];
    for (const field of fields) {
      const made = field.number === NODE.output ? textOf(field.bytes) : "";
      const outputs = wanted.get(made);
      if (outputs === undefined || field.number !== NODE.output) continue;
      wanted.delete(made);
      const operator = textField(fields, NODE.operator);
      const from = textField(fields, NODE.input);
      if (PASSES.includes(operator)) wanted.set(from, [...(wanted.get(from) ?? []), ...outputs]);
      else for (const name of outputs) found[name] = operator;
    }
  }
  return found;
}

/** The name of a tensor; throws `ModelError` where its data lie in another file. */
export function initializerName(tensor: Uint8Array, path = ""): string {
  let name = "";
  for (const field of protobufFields(tensor)) {
    if (field.number === TENSOR.name && field.type === 2) name = textOf(field.bytes);
    else if (field.number === TENSOR.location && field.value === 1) throw externalData(path);
  }
  return name;
}

/** Rows of a tensor of two dimensions, null for others. */
function rowsOf(tensor: Uint8Array): number | null {
  const dims: number[] = [];
  for (const { number, type, value, bytes } of protobufFields(tensor)) {
    if (number !== TENSOR.dims) continue;
    if (type === 0) dims.push(value);
    else dims.push(...packedNumbers(bytes));
  }
  return dims.length === 2 ? (dims[0] ?? null) : null;
}

function sparseName(sparse: Uint8Array): string {
  const values = [...protobufFields(sparse)].find((field) => field.number === 1);
  return values === undefined ? "" : textField([...protobufFields(values.bytes)], TENSOR.name);
}

function readTensorInfo(info: Uint8Array): TensorInfo {
  const fields = [...protobufFields(info)];
  const type = within(fields, 2);
  const tensor = type === undefined ? undefined : within([...protobufFields(type)], 1);
  const parts = tensor === undefined ? [] : [...protobufFields(tensor)];
  const code = parts.find((field) => field.number === 1)?.value ?? 0;
  const shape = within(parts, 2) ?? new Uint8Array();
  const dims = [...protobufFields(shape)].filter((field) => field.number === 1).map((field) => readDim(field.bytes));
  return { name: textField(fields, 1), elementType: ELEMENT_TYPES[code] ?? "other", shape: dims };
}

function readDim(dim: Uint8Array): number | string {
  for (const field of protobufFields(dim)) {
    if (field.number === 1 && field.value > 0) return field.value;
    if (field.number === 2 && field.bytes.length > 0) return textOf(field.bytes);
  }
  return "?";
}

function within(fields: readonly ProtobufField[], number: number): Uint8Array | undefined {
  return fields.find((field) => field.number === number && field.type === 2)?.bytes;
}

function textField(fields: readonly ProtobufField[], number: number): string {
  return textOf(within(fields, number) ?? new Uint8Array());
}

function notOnnx(path: string, found: string, cause?: unknown): ModelError {
  const message = `model "${path}": no ONNX file: ${found}`;
  return new ModelError("MODEL_NOT_ONNX", message, { path, found }, cause === undefined ? undefined : { cause });
}

function externalData(path: string): ModelError {
  const message =
    `model "${path}": its weights lie in a second file, expected one file with everything; ` +
    `save it again with onnx.save_model(model, path, save_as_external_data=False)`;
  return new ModelError("MODEL_EXTERNAL_DATA", message, { path });
}
