// The part of an encoded model that some of its outputs need: what is in it is carried over as untouched bytes.
import { GRAPH, initializerName, MODEL } from "./onnx-file.ts";
import { messageParts } from "./onnx-writer.ts";
import { type ProtobufField, protobufFields, textOf } from "./protobuf.ts";

/** The same model with these outputs alone, and without everything that only the others need. */
export function partOf(bytes: Uint8Array, outputs: readonly string[]): Uint8Array {
  const parts = [...protobufFields(bytes)].flatMap((field) => {
    const isGraph = field.number === MODEL.graph && field.type === 2;
    return isGraph ? messageParts(MODEL.graph, graphPart(field.bytes, outputs)) : [field.raw];
  });
  return Buffer.concat(parts);
}

/** Names of all values that these outputs are computed from, inputs of the graph among them. */
export function valuesBehind(bytes: Uint8Array, outputs: readonly string[]): ReadonlySet<string> {
  const graph = [...protobufFields(bytes)].find(({ number, type }) => number === MODEL.graph && type === 2);
  return graph === undefined ? new Set() : needed([...protobufFields(graph.bytes)], outputs).values;
}

function graphPart(graph: Uint8Array, outputs: readonly string[]): Uint8Array[] {
  const fields = [...protobufFields(graph)];
  const { values, nodes } = needed(fields, outputs);
  const kept = fields.filter((field) => {
    if (field.number === GRAPH.node) return nodes.has(field);
    if (field.number === GRAPH.output) return outputs.includes(nameIn(field.bytes, NAME));
    if (field.number === GRAPH.input || field.number === GRAPH.valueInfo) return values.has(nameIn(field.bytes, NAME));
    return field.number !== GRAPH.initializer || values.has(initializerName(field.bytes));
  });
  return kept.map(({ raw }) => raw);
}

/** Nodes are in order of execution, so one walk from the end finds all. */
function needed(fields: readonly ProtobufField[], outputs: readonly string[]) {
  const values = new Set(outputs);
  const nodes = new Set<ProtobufField>();
  for (const field of fields.toReversed()) {
    if (field.number !== GRAPH.node) continue;
    const { made, taken } = namesOf(field.bytes);
    if (!made.some((name) => values.has(name))) continue;
    nodes.add(field);
    for (const name of taken) values.add(name);
  }
  return { values, nodes };
}

const NAME = 1;
const NODE = { input: 1, output: 2, operator: 4, attribute: 5 };
const ATTRIBUTE = { graph: 6, graphs: 11 };

/** What a node makes and takes, and its operator; the graphs inside of a node take what is around it as well. */
export function namesOf(node: Uint8Array): { made: string[]; taken: string[]; operator: string } {
  const [made, taken]: [string[], string[]] = [[], []];
  let operator = "";
  for (const field of protobufFields(node)) {
    if (field.number === NODE.output) made.push(textOf(field.bytes));
    else if (field.number === NODE.input) taken.push(textOf(field.bytes));
    else if (field.number === NODE.operator) operator = textOf(field.bytes);
    else if (field.number === NODE.attribute) taken.push(...takenInside(field.bytes));
  }
  return { made, taken, operator };
}

function takenInside(attribute: Uint8Array): string[] {
  const taken: string[] = [];
  for (const { number, type, bytes } of protobufFields(attribute)) {
    if (type !== 2 || (number !== ATTRIBUTE.graph && number !== ATTRIBUTE.graphs)) continue;
    for (const field of protobufFields(bytes)) {
      if (field.number === GRAPH.node) taken.push(...namesOf(field.bytes).taken);
      // An output may be what is around it, as it is.
      else if (field.number === GRAPH.output) taken.push(nameIn(field.bytes, NAME));
    }
  }
  return taken;
}

function nameIn(message: Uint8Array, number: number): string {
  for (const field of protobufFields(message)) if (field.number === number) return textOf(field.bytes);
  return "";
}
