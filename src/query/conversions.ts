import { messageOf } from "../base/errors.ts";
import { isDetections } from "../kinds/detections.ts";
import { serialise, serialiseDetections } from "../kinds/serialise.ts";
import { lookUp, lookupTable } from "./lookup.ts";
import { defineOperation, type Operation } from "./operation.ts";
import { pythonText } from "./python-text.ts";
import { isDictionary, isTruthy } from "./python-values.ts";
import { queryError, type Site, wrongType } from "./query-error.ts";

/** Operations that turn a value of one type into another. */
export const CONVERSION_OPERATIONS: readonly Operation[] = [
  defineOperation({
    type: "ToString",
    summary: "The value as text, written as Python does: True, None, [1, 2].",
    compile: () => pythonText,
  }),
  defineOperation({
    type: "ToBoolean",
    summary: "False for null, false, 0 and everything empty, else true.",
    compile: () => isTruthy,
  }),
  defineOperation({
    type: "LookupTable",
    summary: "What the table has for the value.",
    properties: () => ({ lookup_table: lookupTable() }),
    compile: (properties, site) => {
      const table = new Map(Object.entries(properties.lookup_table));
      return (value) => lookUp(table, value, site);
    },
  }),
  defineOperation({
    type: "DetectionsToDictionary",
    summary: "Detections in the form in which results are published.",
    compile: (_, site) => (value) => {
      if (!isDetections(value)) throw wrongType(site, "detections", value);
      return serialiseDetections(value);
    },
  }),
  defineOperation({
    type: "ConvertDictionaryToJSON",
    summary: "A dictionary as JSON text.",
    compile: (_, site) => (value) => {
      if (!isDictionary(value)) throw wrongType(site, "a dictionary", value);
      return jsonOf(value, site);
    },
  }),
  defineOperation({
    type: "TimestampToISOFormat",
    summary: "A timestamp as ISO 8601 text in UTC.",
    compile: (_, site) => (value) => {
      if (!(value instanceof Date) || Number.isNaN(value.getTime())) throw wrongType(site, "a timestamp", value);
      return value.toISOString();
    },
  }),
];

function jsonOf(value: unknown, site: Site): string {
  const refuse = () => {
    throw queryError("OperationError", "a dictionary that holds an image cannot be written as JSON", site);
  };
  try {
    return JSON.stringify(serialise(value, ["*"], { onImage: refuse }));
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "QUERY_OPERATION_FAILED") throw thrown;
    throw queryError("OperationError", messageOf(thrown), site, thrown);
  }
}
