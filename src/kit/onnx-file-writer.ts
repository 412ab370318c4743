import { Writer } from "protobufjs/minimal.js";
import { GRAPH, MODEL, type TensorInfo } from "../inference/files/onnx-file.ts";
import {
  type ConstantTensor,
  messageField,
  type NodeSpec,
  writeNode,
  writeTensor,
  writeTensorInfo,
} from "../inference/files/onnx-writer.ts";

/** What an ONNX file of a few nodes is made of. */
export interface ModelParts {
  nodes: NodeSpec[];
  inputs: TensorInfo[];
  outputs: TensorInfo[];
  initializers?: Record<string, ConstantTensor>;
  opset?: number;
  metadata?: Record<string, string>;
  /** Marks the data of the initializers as lying in another file. */
  external?: boolean;
}

export function onnxFile(parts: ModelParts): Buffer {
  const { nodes, inputs, outputs, initializers = {}, opset = 12, metadata = {}, external = false } = parts;
  const location = external ? Uint8Array.of(0x70, 1) : new Uint8Array();
  const graph = Buffer.concat([
    ...nodes.map((node) => messageField(GRAPH.node, writeNode(node))),
    messageField(GRAPH.name, Buffer.from("tiny")),
    ...Object.entries(initializers).map(([name, tensor]) =>
      messageField(GRAPH.initializer, Buffer.concat([writeTensor(tensor, name), location])),
    ),
    ...inputs.map((info) => messageField(GRAPH.input, writeTensorInfo(info))),
    ...outputs.map((info) => messageField(GRAPH.output, writeTensorInfo(info))),
  ]);
  return Buffer.concat([
    new Writer().uint32(8).uint32(7).finish(),
    messageField(MODEL.producer, Buffer.from("fixture")),
    messageField(MODEL.graph, graph),
    messageField(MODEL.opset, new Writer().uint32(10).string("").uint32(16).uint32(opset).finish()),
    ...Object.entries(metadata).map(([key, value]) => messageField(MODEL.metadata, textPair(key, value))),
  ]);
}

function textPair(key: string, value: string): Uint8Array {
  return new Writer().uint32(10).string(key).uint32(18).string(value).finish();
}
