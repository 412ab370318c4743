import type { KindName, Kinds } from "../kinds/kinds.ts";
import type { Promised } from "./promised.ts";

/** Kinds by the names that programs use for them. */
export const kind = {
  any: "*",
  image: "image",
  videoMetadata: "video_metadata",
  objectDetection: "object_detection_prediction",
  classification: "classification_prediction",
  boolean: "boolean",
  integer: "integer",
  float: "float",
  string: "string",
  dictionary: "dictionary",
  list: "list_of_values",
} as const satisfies Record<string, KindName>;

export interface OutputOptions {
  /** 1: a list for each element. */
  offset?: 0 | 1;
  /** Outputs of the same name have lists whose entries correspond. */
  nesting?: string;
  /** A branch may leave it out. */
  optional?: boolean;
}

/** A declared output: its kind, and how it is nested. */
export interface DeclaredOutput<K extends KindName = KindName> extends OutputOptions {
  kind: K;
}

/** An output with its kind and what more is to be said of it. */
export function out<K extends KindName>(of: K, options: OutputOptions = {}): DeclaredOutput<K> {
  return { kind: of, ...options };
}

export type InputKinds = Readonly<Record<string, KindName>>;
export type OutputKinds = Readonly<Record<string, KindName | DeclaredOutput>>;

/** Values of inputs as the code gets them. */
export type ValuesOf<I extends InputKinds> = { readonly [P in keyof I]: Kinds[I[P]] };

/** What may be given for an input while a workflow is built: a value, or what a step will give. */
export type GivenFor<K extends KindName> = Kinds[K] | Promised<Compatible<K>>;
export type GivenOf<I extends InputKinds> = { readonly [P in keyof I]: GivenFor<I[P]> };

/** Kinds that fit where a kind is taken; the wildcard fits everywhere. */
type Compatible<K extends KindName> = "*" extends K ? KindName : K | "*";

export type KindOf<O extends KindName | DeclaredOutput> = O extends DeclaredOutput<infer K> ? K : O;

/** What the outputs of a step will be. */
export type PromisedOf<O extends OutputKinds> = { readonly [P in keyof O]: Promised<KindOf<O[P]> & KindName> };
