import { MillraceError } from "../base/errors.ts";
import type { StateClass } from "../blocks/contract/block.ts";
import { isImage } from "../kinds/image.ts";

interface Forms {
  classes: readonly StateClass[];
  /** An object outside of the state that it refers to: its fields are kept, and come back into the object of the new step. */
  outside: object | null;
}

/** A state as JSON values: objects by their numbers, so that what was one object is one again. */
export interface StateGraph {
  root: Leaf;
  objects: readonly Packed[];
}

/** A value that is no object, or the number of one. */
type Leaf = string | number | boolean | null | { is: number } | { was: string };

type Packed =
  | { list: readonly Leaf[] }
  | { map: readonly Leaf[] }
  | { set: readonly Leaf[] }
  | { fields: readonly Leaf[]; of?: string }
  | { outside: readonly Leaf[] }
  | { numbers: string; of: string }
  | { time: number };

/** Throws a STATE_KEPT for what cannot be kept, such as a picture or a function. */
export function packState(state: unknown, { classes, outside }: Forms): StateGraph {
  const numbers = new Map<object, number>();
  const objects: Packed[] = [];
  const leaf = (value: unknown, path: string): Leaf => {
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number")
      return Number.isFinite(value) && !Object.is(value, -0) ? value : { was: oddName(value) };
    if (value === undefined) return { was: "undefined" };
    if (typeof value !== "object") throw unkept(path, `is a ${typeof value}`);
    const known = numbers.get(value);
    if (known !== undefined) return { is: known };
    const number = objects.push({ list: [] }) - 1;
    numbers.set(value, number);
    objects[number] = packed(value, path);
    return { is: number };
  };
  const leaves = (values: readonly unknown[], path: string) => values.map((value, i) => leaf(value, `${path}[${i}]`));
  const fields = (value: object, path: string) =>
    Object.entries(value).flatMap(([key, field]) => [key, leaf(field, `${path}.${key}`)]);
  const packed = (value: object, path: string): Packed => {
    if (value === outside) return { outside: fields(value, path) };
    if (isImage(value)) throw unkept(path, "is a picture");
    if (Array.isArray(value)) return { list: leaves(value, path) };
    if (value instanceof Map) return { map: leaves([...value].flat(1), path) };
    if (value instanceof Set) return { set: leaves([...value], path) };
    if (value instanceof Date) return { time: value.getTime() };
    const typed = TYPED.find((type) => value instanceof type);
    if (typed !== undefined) return { numbers: bytesOf(value as Typed).toString("base64"), of: typed.name };
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return { fields: fields(value, path) };
    const of = classes.find((type) => type.prototype === prototype);
    if (of === undefined) throw unkept(path, `is a ${className(value)}`);
    return { fields: fields(value, path), of: of.name };
  };
  const root = leaf(state, "state");
  return { root, objects };
}

/** The state again. Throws a STATE_KEPT for what is no such graph. */
export function unpackState({ root, objects }: StateGraph, { classes, outside }: Forms): unknown {
  const made = objects.map((object) => shellOf(object, classes, outside));
  const value = (leaf: Leaf | undefined): unknown => {
    if (leaf === null || typeof leaf !== "object") return leaf;
    if ("was" in leaf) return ODD.get(leaf.was);
    if (made[leaf.is] === undefined) throw unkept("state", `has no object ${leaf.is}`);
    return made[leaf.is];
  };
  for (const [i, object] of objects.entries()) fill(made[i] as object, object, value);
  return value(root);
}

const ODD = new Map<string, unknown>([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["-0", -0],
  ["undefined", undefined],
]);

function oddName(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

const TYPED = [Float64Array, Float32Array, Int32Array, Uint32Array, Int16Array, Uint16Array, Int8Array, Uint8Array];
type Typed = InstanceType<(typeof TYPED)[number]>;

function bytesOf({ buffer, byteOffset, byteLength }: Typed): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}

function typedOf({ numbers, of }: { numbers: string; of: string }): Typed {
  const type = TYPED.find(({ name }) => name === of);
  if (type === undefined) throw unkept("state", `has numbers of the unknown type ${of}`);
  return new type(Uint8Array.from(Buffer.from(numbers, "base64")).buffer);
}

function shellOf(object: Packed, classes: readonly StateClass[], outside: object | null): object {
  if ("list" in object) return [];
  if ("map" in object) return new Map();
  if ("set" in object) return new Set();
  if ("time" in object) return new Date(object.time);
  if ("numbers" in object) return typedOf(object);
  if ("outside" in object) {
    if (outside === null) throw unkept("state", "refers to what the step no longer has");
    return outside;
  }
  if (object.of === undefined) return {};
  const type = classes.find(({ name }) => name === object.of);
  if (type === undefined) throw unkept("state", `has an object of the unknown class ${object.of}`);
  return Object.create(type.prototype as object) as object;
}

function fill(made: object, object: Packed, value: (leaf: Leaf | undefined) => unknown): void {
  if ("list" in object) for (const leaf of object.list) (made as unknown[]).push(value(leaf));
  else if ("set" in object) for (const leaf of object.set) (made as Set<unknown>).add(value(leaf));
  else if ("map" in object)
    pairs(object.map, (key, leaf) => (made as Map<unknown, unknown>).set(value(key), value(leaf)));
  else if ("fields" in object || "outside" in object) {
    const fields = "fields" in object ? object.fields : object.outside;
    // Defined and not assigned: a field may have the name of a setter.
    pairs(fields, (key, leaf) =>
      Object.defineProperty(made, String(key), {
        value: value(leaf),
        writable: true,
        enumerable: true,
        configurable: true,
      }),
    );
  }
}

function pairs(leaves: readonly Leaf[], take: (key: Leaf, leaf: Leaf) => void): void {
  for (let i = 0; i + 1 < leaves.length; i += 2) take(leaves[i] as Leaf, leaves[i + 1] as Leaf);
}

function className(value: object): string {
  return typeof value.constructor === "function" ? value.constructor.name : "object of a class";
}

function unkept(path: string, what: string): MillraceError {
  return new MillraceError("STATE_KEPT", `${path} ${what}, which cannot be kept`);
}
