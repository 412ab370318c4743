import { z } from "zod";
import { type Detection, withItems } from "../kinds/detections.ts";
import { detectionsOf } from "./detections.ts";
import { defineOperation, type Operands, type Operation } from "./operation.ts";
import { isDictionary } from "./python-values.ts";
import { queryError, type Site, wrongType } from "./query-error.ts";

type ClassMap = ReadonlyMap<string, string>;

/** Gives detections other class names, and class ids to match. */
export const DETECTIONS_RENAME: Operation = defineOperation({
  type: "DetectionsRename",
  summary: "Gives detections other class names, and class ids to match.",
  properties: () => ({
    class_map: z
      .union([z.record(z.string(), z.string()), z.string()], {
        error: "expected a dictionary of class names, or the name of the parameter that holds one",
      })
      .describe("New class names by old ones, or the name of the parameter that holds them."),
    strict: z
      .union([z.boolean(), z.string()])
      .default(true)
      .describe("Whether every class must be in the map, or the name of the parameter that says so."),
    new_classes_id_offset: z.int().default(1024).describe("First class id of new names when not strict."),
  }),
  compile: ({ class_map, strict, new_classes_id_offset }, site) => {
    return (value, operands) => {
      const detections = detectionsOf(value, site);
      const classMap = classMapOf(resolve(class_map, operands, site), site);
      const isStrict = booleanOf(resolve(strict, operands, site), site);
      const { items } = detections;
      const ids = isStrict ? strictIds(items, classMap, site) : looseIds(items, classMap, new_classes_id_offset);
      return withItems(
        detections,
        items.map((item) => renamed(item, classMap, ids)),
      );
    };
  },
});

/** A text names a parameter; everything else is the value itself. */
function resolve(value: unknown, operands: Operands, site: Site): unknown {
  if (typeof value !== "string") return value;
  if (!Object.hasOwn(operands, value)) {
    throw queryError("UndeclaredSymbolError", `there is no parameter "${value}"`, site);
  }
  return operands[value];
}

function classMapOf(value: unknown, site: Site): ClassMap {
  if (!isDictionary(value)) throw wrongType(site, "a dictionary of class names", value);
  return new Map(Object.entries(value).map(([from, to]) => [from, String(to)]));
}

function booleanOf(value: unknown, site: Site): boolean {
  if (typeof value !== "boolean") throw wrongType(site, "a boolean for strict", value);
  return value;
}

/** Ids from 0 over all new names in alphabetical order. */
function strictIds(items: readonly Detection[], classMap: ClassMap, site: Site): ReadonlyMap<string, number> {
  const stranger = items.find((item) => !classMap.has(item.class));
  if (stranger !== undefined) {
    throw queryError("OperationError", `class "${stranger.class}" is not in the class map`, site);
  }
  return new Map([...new Set(classMap.values())].sort().map((name, id) => [name, id]));
}

/** Names that occur keep their ids; new ones get ids from the offset on, in alphabetical order. */
function looseIds(items: readonly Detection[], classMap: ClassMap, offset: number): ReadonlyMap<string, number> {
  const ids = new Map(items.map((item) => [item.class, item.classId]));
  const added = [...new Set(classMap.values())].filter((name) => !ids.has(name)).sort();
  for (const [i, name] of added.entries()) ids.set(name, offset + i);
  return ids;
}

function renamed(item: Detection, classMap: ClassMap, ids: ReadonlyMap<string, number>): Detection {
  const name = classMap.get(item.class) ?? item.class;
  return { ...item, class: name, classId: ids.get(name) ?? item.classId };
}
