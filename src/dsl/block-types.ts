import type { Typed } from "../blocks/contract/block.ts";
import type { KindName, Kinds } from "../kinds/kinds.ts";
import type { Promised } from "./promised.ts";

// What the types know of the steps of blocks.

/** Kinds whose values a property takes; what is promised of any kind is checked when the workflow is compiled. */
type KindsFor<V> = { [K in KindName]: Kinds[K] extends V ? K : never }[KindName] | "*";

type Given<V> =
  | V
  | Promised<KindsFor<V>>
  | (V extends readonly (infer E)[] ? readonly (E | Promised<KindsFor<E>>)[] : never)
  | (V extends Record<string, infer E> ? Readonly<Record<string, E | Promised<KindsFor<E>>>> : never);

type CamelCase<S extends string> = S extends `${infer A}_${infer B}` ? `${A}${Capitalize<CamelCase<B>>}` : S;

/** Properties of a block's step as in JSON, or with the names that programs use. */
export type GivenTo<B> =
  B extends Typed<infer P, unknown> ? (unknown extends P ? Loose : ByName<P> | ByCamelName<P>) : Loose;

type Loose = Readonly<Record<string, unknown>>;
type ByName<P> = { readonly [N in keyof P]: Given<P[N]> };
type ByCamelName<P> = { readonly [N in keyof P as CamelCase<N & string>]: Given<P[N]> };

type OneOf<K> = K extends KindName ? K : K extends readonly (infer E extends KindName)[] ? E : "*";

/** Kinds of a block's outputs by name. */
export type KindsOfBlock<B> =
  B extends Typed<unknown, infer O>
    ? unknown extends O
      ? Readonly<Record<string, KindName>>
      : { readonly [N in keyof O & string]: OneOf<O[N]> }
    : Readonly<Record<string, KindName>>;
