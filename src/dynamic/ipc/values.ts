import { MillraceError } from "../../base/errors.ts";
import { isDetections } from "../../kinds/detections.ts";
import { type Image, isImage } from "../../kinds/image.ts";
import { isVideoMetadata, type VideoMetadata } from "../../kinds/video-metadata.ts";
import { ReadBudget } from "./bounds.ts";
import { ElementList } from "./code-lists.ts";
import { detectionsFromIpc, detectionsToIpc } from "./detections.ts";
import { nestedList } from "./lists.ts";
import { dtypeOf, type NumberArray, type Segment } from "./segments.ts";

// Values as JSON with binary parts: what JSON cannot say is an object whose key "$" names its type.

/** Encodes and decodes pictures, whose pixels are sent separately. */
export interface ImageCodec {
  toIpc(image: Image, writer: IpcWriter): Record<string, unknown>;
  fromIpc(json: Record<string, unknown>, reader: IpcReader): Image;
}

const DEEPEST = 100;

/** Turns values into JSON and segments. Throws DYNAMIC_VALUE, with the place, for what cannot be passed on. */
export class IpcWriter {
  readonly segments: Segment[] = [];
  readonly #images: ImageCodec;
  /** Keys on the way from the value given to where the writer is, and the objects there. */
  readonly #path: (string | number)[] = [];
  readonly #within: object[] = [];

  constructor(images: ImageCodec, root: string) {
    this.#images = images;
    this.#path.push(root);
  }

  add(name: string, data: NumberArray, shape: readonly number[] = [data.length]): number {
    const dtype = dtypeOf(data);
    if (dtype === undefined) throw this.refuse("a view without a type of numbers");
    return this.segments.push({ name, dtype, shape, data }) - 1;
  }

  write(value: unknown): unknown {
    if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
    if (typeof value === "number") return numberToIpc(value);
    if (value === undefined) return { $: "undefined" };
    if (typeof value === "bigint") return { $: "bigint", v: String(value) };
    if (typeof value !== "object") throw this.refuse(`a ${typeof value}`);
    return this.#enter(value);
  }

  /** The same one level down. */
  writeAt(key: string | number, value: unknown): unknown {
    this.#path.push(key);
    const json = this.write(value);
    this.#path.pop();
    return json;
  }

  /** The error for the value at the writer's place. */
  refuse(what: string): MillraceError {
    const [root = "", ...keys] = this.#path;
    const place = keys.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("");
    return new MillraceError(
      "DYNAMIC_VALUE",
      `${root}${place} is ${what}, which cannot be passed to or from a process`,
    );
  }

  #enter(value: object): unknown {
    if (this.#within.includes(value)) throw this.refuse("an object that holds itself");
    if (this.#within.length >= DEEPEST) throw this.refuse(`nested more than ${DEEPEST} levels deep`);
    this.#within.push(value);
    const json = this.#object(value);
    this.#within.pop();
    return json;
  }

  #object(value: object): unknown {
    if (Array.isArray(value)) return value.map((item, i) => this.writeAt(i, item));
    if (isDetections(value)) return detectionsToIpc(value, this);
    if (isImage(value)) return { ...this.#images.toIpc(value, this), $: "image" };
    if (value instanceof Date) return { $: "date", v: Number.isNaN(value.getTime()) ? null : value.getTime() };
    if (value instanceof Uint8Array) return { $: "bytes", s: this.add("bytes", value) };
    if (ArrayBuffer.isView(value)) return { $: "array", s: this.add("array", value as NumberArray) };
    if (value instanceof Map) return { $: "map", v: this.#pairs([...value]) };
    if (value instanceof Set) return { $: "set", v: [...value].map((item, i) => this.writeAt(i, item)) };
    if (value instanceof ElementList) return this.#elements(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== null && prototype !== Object.prototype)
      throw this.refuse(`an object of class ${className(value)}`);
    if (isVideoMetadata(value)) return { ...this.#record(value), $: "video" };
    return Object.hasOwn(value, "$") ? { $: "object", v: this.#entries(value) } : this.#record(value);
  }

  #elements({ items, indices }: ElementList): unknown {
    return { $: "batch", i: indices, v: items.map((item, i) => this.writeAt(i, item)) };
  }

  #record(value: object): Record<string, unknown> {
    return Object.fromEntries(this.#entries(value));
  }

  #entries(value: object): [string, unknown][] {
    return Object.entries(value).map(([key, item]) => [key, this.writeAt(key, item)]);
  }

  #pairs(pairs: [unknown, unknown][]): [unknown, unknown][] {
    return pairs.map(([key, item]) => [this.writeAt("key", key), this.writeAt(String(key), item)]);
  }
}

/** Turns JSON and segments back into values. What the other end claims is checked; throws DYNAMIC_PROTOCOL. */
export class IpcReader {
  readonly #segments: readonly Segment[];
  readonly #images: ImageCodec;
  readonly #taken = new Set<number>();
  /** Of values that are made beside those of the JSON. */
  readonly budget: ReadBudget;
  #depth = 0;

  constructor(segments: readonly Segment[], images: ImageCodec, budget = new ReadBudget()) {
    this.#segments = segments;
    this.#images = images;
    this.budget = budget;
  }

  /** A segment by its number; each can be taken once, so that a short message does not become many large values. */
  take(index: unknown): Segment {
    const segment = typeof index === "number" ? this.#segments[index] : undefined;
    if (segment === undefined || this.#taken.has(index as number)) throw garbled(`a reference to segment ${index}`);
    this.#taken.add(index as number);
    return segment;
  }

  /** Decodes objects with "$" in place. */
  read(json: unknown): unknown {
    if (typeof json !== "object" || json === null) return json;
    if (this.#depth > DEEPEST * 2) throw garbled("data that is nested too deep");
    this.#depth++;
    const value = Array.isArray(json) ? this.#list(json) : this.#object(json as Record<string, unknown>);
    this.#depth--;
    return value;
  }

  #list(list: unknown[]): unknown[] {
    this.budget.spend(list.length);
    for (let i = 0; i < list.length; i++) {
      const item = list[i];
      if (typeof item === "object" && item !== null) list[i] = this.read(item);
    }
    return list;
  }

  #object(json: Record<string, unknown>): unknown {
    if (Object.hasOwn(json, "$")) return this.#tagged(json);
    for (const [key, item] of Object.entries(json)) {
      if (typeof item === "object" && item !== null) json[key] = this.read(item);
    }
    return json;
  }

  #tagged(json: Record<string, unknown>): unknown {
    const { $: tag, v, s } = json;
    switch (tag) {
      case "undefined":
        return undefined;
      case "number":
        return Number(v);
      case "bigint":
        return bigintOf(v);
      case "date":
        return new Date(typeof v === "number" ? v : Number.NaN);
      case "bytes":
        return bytesOf(this.take(s));
      case "array":
        return this.take(s).data;
      case "list":
        return nestedList(this.take(s), this.budget);
      case "map":
        return new Map(this.#pairs(v));
      case "set":
        return new Set(this.#items(v));
      case "batch":
        return this.#items(v);
      case "object":
        return Object.fromEntries(this.#pairs(v));
      case "video":
        return videoOf(json);
      case "detections":
        return detectionsFromIpc(json, this);
      case "image":
        return this.#images.fromIpc(json, this);
      default:
        throw garbled(`a value of kind ${String(tag).slice(0, 20)}`);
    }
  }

  #items(v: unknown): unknown[] {
    if (!Array.isArray(v)) throw garbled("a collection without items");
    return this.#list(v);
  }

  #pairs(v: unknown): [unknown, unknown][] {
    return this.#items(v).map((pair) => {
      if (!Array.isArray(pair) || pair.length !== 2) throw garbled("a pair that is none");
      return [pair[0], pair[1]];
    });
  }
}

/** Large numbers would be integers to Python, and come back as integers of any length. */
function numberToIpc(value: number): unknown {
  const isPlain = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (isPlain && !Object.is(value, -0)) return value;
  return { $: "number", v: Object.is(value, -0) ? "-0" : String(value) };
}

function className(value: object): string {
  const name: unknown = value.constructor?.name;
  return typeof name === "string" && name !== "" ? name : "without a name";
}

function bytesOf({ dtype, data }: Segment): Uint8Array {
  if (dtype !== "uint8" || !(data instanceof Uint8Array)) throw garbled(`bytes of type ${dtype}`);
  return data;
}

function bigintOf(v: unknown): bigint {
  if (typeof v !== "string" || !/^-?\d{1,400}$/.test(v)) throw garbled("an integer that is none");
  return BigInt(v);
}

function videoOf({ $: _, ...video }: Record<string, unknown>): VideoMetadata {
  if (!isVideoMetadata(video)) throw garbled("video metadata without its parts");
  return video;
}

function garbled(found: string): MillraceError {
  return new MillraceError("DYNAMIC_PROTOCOL", `the process of a code block sent ${found}`);
}
