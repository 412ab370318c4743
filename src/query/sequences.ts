import { z } from "zod";
import { type Detection, isDetections, withItems } from "../kinds/detections.ts";
import { LONGEST_TEXT } from "./limits.ts";
import { lookUp, lookupTable } from "./lookup.ts";
import { CONTAINER, defineOperation, type Nested, type Operation } from "./operation.ts";
import { pythonText } from "./python-text.ts";
import { asNumber, elementsOf, orderOf, sizeOf } from "./python-values.ts";
import { queryError, type Site, wrongType } from "./query-error.ts";

/** Operations on lists, texts, dictionaries and detections as sequences. */
export function sequenceOperations(nested: Nested): readonly Operation[] {
  return [sequenceApply(nested), ...PLAIN_OPERATIONS];
}

function sequenceApply(nested: Nested): Operation {
  return defineOperation({
    type: "SequenceApply",
    summary: "Applies operations to every element.",
    properties: () => ({ operations: nested.chainSchema().describe("Operations, applied in order.") }),
    compile: ({ operations }, site) => {
      const chain = nested.compileChain(operations, `${site.path}/operations`);
      return (value, operands) => {
        const inner = isDetections(value) ? { ...operands, [CONTAINER]: value } : operands;
        return elements(value, site).map((element) => chain(element, inner));
      };
    },
  });
}

const PLAIN_OPERATIONS: readonly Operation[] = [
  defineOperation({
    type: "SequenceMap",
    summary: "Replaces every element by what the table has for it.",
    properties: () => ({ lookup_table: lookupTable() }),
    compile: (properties, site) => {
      const table = new Map(Object.entries(properties.lookup_table));
      return (value) => elements(value, site).map((element) => lookUp(table, element, site));
    },
  }),
  defineOperation({
    type: "SequenceAggregate",
    summary: "One element of the sequence.",
    properties: () => ({ mode: z.enum(["first", "last", "most_common", "least_common"]).describe("Which element.") }),
    compile:
      ({ mode }, site) =>
      (value) => {
        const all = elements(value, site);
        if (all.length === 0) throw wrongType(site, "a sequence with elements", value);
        if (mode === "most_common" || mode === "least_common") return byFrequency(all, mode, site);
        const element = all.at(mode === "first" ? 0 : -1);
        return isDetections(value) ? withItems(value, [element as Detection]) : element;
      },
  }),
  defineOperation({
    type: "NumericSequenceAggregate",
    summary: "The least or greatest element, or the sum of all.",
    properties: () => ({
      function: z.enum(["min", "max", "sum"]).describe("What to compute."),
      neutral_value: z.unknown().default(null).describe("Result for an empty sequence."),
    }),
    compile: (properties, site) => {
      const { function: mode, neutral_value } = properties;
      return (value) => {
        const all = elements(value, site);
        if (all.length === 0) return neutral_value;
        return mode === "sum" ? sumOf(all, site) : extreme(all, mode === "min" ? -1 : 1, site);
      };
    },
  }),
  defineOperation({
    type: "SequenceLength",
    summary: "Number of elements, detections, characters or keys.",
    compile: (_, site) => (value) => {
      const size = sizeOf(value);
      if (size === undefined) throw wrongType(site, "something that has a length", value);
      return size;
    },
  }),
  defineOperation({
    type: "SequenceElementsCount",
    summary: "How often each element occurs, by its text.",
    compile: (_, site) => (value) => {
      const counts = new Map<string, number>();
      for (const element of elements(value, site)) {
        const key = pythonText(element);
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      return Object.fromEntries(counts);
    },
  }),
  defineOperation({
    type: "SequenceJoin",
    summary: "The texts of all elements in one.",
    properties: () => ({ separator: z.string().default(", ").describe("Text between two elements.") }),
    compile: ({ separator }, site) => {
      return (value) => joined(elements(value, site).map(pythonText), separator, site);
    },
  }),
];

function elements(value: unknown, site: Site): readonly unknown[] {
  const found = elementsOf(value);
  if (found === undefined) throw wrongType(site, "a sequence", value);
  return found;
}

function byFrequency(all: readonly unknown[], mode: "most_common" | "least_common", site: Site): unknown {
  const counts = new Map<unknown, { element: unknown; count: number }>();
  for (const element of all) {
    const key = asNumber(element) ?? element;
    if (typeof key === "object" && key !== null) throw wrongType(site, "elements that are texts or numbers", element);
    const entry = counts.get(key);
    if (entry === undefined) counts.set(key, { element, count: 1 });
    else entry.count++;
  }
  const sorted = [...counts.values()].sort((a, b) => b.count - a.count);
  return sorted.at(mode === "most_common" ? 0 : -1)?.element;
}

function sumOf(all: readonly unknown[], site: Site): number {
  let sum = 0;
  for (const element of all) {
    const number = asNumber(element);
    if (number === undefined) throw wrongType(site, "a sequence of numbers", element);
    sum += number;
  }
  return sum;
}

function extreme(all: readonly unknown[], sign: 1 | -1, site: Site): unknown {
  let best = all[0];
  for (const element of all.slice(1)) {
    const order = orderOf(element, best);
    if (order === undefined) throw wrongType(site, "elements that can be compared", element);
    if (order === sign) best = element;
  }
  return best;
}

function joined(parts: readonly string[], separator: string, site: Site): string {
  const length = parts.reduce((sum, part) => sum + part.length, separator.length * Math.max(0, parts.length - 1));
  if (length <= LONGEST_TEXT) return parts.join(separator);
  throw queryError("OperationError", `the text would have ${length} characters, more than ${LONGEST_TEXT}`, site);
}
