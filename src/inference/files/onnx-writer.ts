// The few messages of onnx.proto that are ever written, as bytes of one field each, to be joined into a graph.
import { Writer } from "protobufjs/minimal.js";
import { BugError } from "../../base/errors.ts";
import { ELEMENT_TYPES, type TensorInfo } from "./onnx-file.ts";

export interface NodeSpec {
  op: string;
  inputs: readonly string[];
  outputs: readonly string[];
  /** Numbers are written as integers; tensors are float32. */
  attributes?: Readonly<Record<string, number | readonly number[] | ConstantTensor>>;
}

export interface ConstantTensor {
  dims: readonly number[];
  values: Float32Array;
}

export function messageField(number: number, message: Uint8Array): Uint8Array {
  return new Writer()
    .uint32((number << 3) | 2)
    .bytes(message)
    .finish();
}

/** The same of what lies in several pieces, which are not copied. */
export function messageParts(number: number, parts: readonly Uint8Array[]): Uint8Array[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const head = new Writer().uint32((number << 3) | 2).uint32(length);
  return [head.finish(), ...parts];
}

/** A NodeProto. */
export function writeNode({ op, inputs, outputs, attributes = {} }: NodeSpec): Uint8Array {
  const writer = new Writer();
  for (const name of inputs) writer.uint32(10).string(name);
  for (const name of outputs) writer.uint32(18).string(name);
  writer.uint32(26).string(outputs[0] ?? op);
  writer.uint32(34).string(op);
  for (const [name, value] of Object.entries(attributes)) writer.uint32(42).bytes(writeAttribute(name, value));
  return writer.finish();
}

/** A ValueInfoProto; dimensions that are text are free. */
export function writeTensorInfo({ name, elementType, shape }: TensorInfo): Uint8Array {
  const dims = new Writer();
  for (const dim of shape) dims.uint32(10).bytes(writeDim(dim));
  const tensor = new Writer().uint32(8).uint32(elementTypeCode(elementType)).uint32(18).bytes(dims.finish()).finish();
  const type = new Writer().uint32(10).bytes(tensor).finish();
  return new Writer().uint32(10).string(name).uint32(18).bytes(type).finish();
}

/** A TensorProto of float32. */
export function writeTensor({ dims, values }: ConstantTensor, name = ""): Uint8Array {
  const writer = new Writer();
  for (const dim of dims) writer.uint32(8).uint32(dim);
  const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return writer.uint32(16).uint32(1).uint32(66).string(name).uint32(74).bytes(data).finish();
}

/** The number of an element type in TensorProto.DataType. */
export function elementTypeCode(elementType: string): number {
  const code = Object.entries(ELEMENT_TYPES).find(([, name]) => name === elementType)?.[0];
  if (code === undefined) throw new BugError(`no code for element type "${elementType}"`);
  return Number(code);
}

const ATTRIBUTE = { int: 2, tensor: 4, ints: 7 };

function writeAttribute(name: string, value: number | readonly number[] | ConstantTensor): Uint8Array {
  const writer = new Writer().uint32(10).string(name);
  if (typeof value === "number") writer.uint32(24).int64(value).uint32(160).uint32(ATTRIBUTE.int);
  else if ("values" in value && "dims" in value) {
    writer.uint32(42).bytes(writeTensor(value)).uint32(160).uint32(ATTRIBUTE.tensor);
  } else {
    for (const item of value) writer.uint32(64).int64(item);
    writer.uint32(160).uint32(ATTRIBUTE.ints);
  }
  return writer.finish();
}

function writeDim(dim: number | string): Uint8Array {
  const writer = new Writer();
  if (typeof dim === "number") return writer.uint32(8).int64(dim).finish();
  return dim === "?" ? writer.finish() : writer.uint32(18).string(dim).finish();
}
