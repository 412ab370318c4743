import { z } from "zod";
import { lazy } from "../base/lazy.ts";
import { suggest } from "../base/suggest.ts";
import type { Detections } from "../kinds/detections.ts";
import type { PixelService } from "../kinds/pixel-service.ts";
import type { Site } from "./query-error.ts";

/** Key under which operations on single detections find the detections these belong to. */
export const CONTAINER: unique symbol = Symbol("detections");

/** Key under which operations on images find their pixels. */
export const PIXELS: unique symbol = Symbol("pixels");

/** The named values a query can refer to. */
export type Operands = Readonly<Record<string, unknown>> & {
  readonly [CONTAINER]?: Detections;
  readonly [PIXELS]?: PixelService;
};

/** A compiled operation or chain. */
export type Evaluate = (value: unknown, operands: Operands) => unknown;
/** A compiled statement. */
export type Condition = (operands: Operands) => boolean;

/** An operation as parsed; its own properties are known to the declaration that its type names. */
export interface OperationNode {
  type: string;
}

export interface StatementGroupNode {
  type: "StatementGroup";
}

/** What operations that contain queries need; it breaks the circle between operations and statements. */
export interface Nested {
  chainSchema: () => z.ZodType<OperationNode[]>;
  groupSchema: () => z.ZodType<StatementGroupNode>;
  compileChain: (operations: readonly OperationNode[], path: string) => Evaluate;
  compileGroup: (group: StatementGroupNode, path: string) => Condition;
}

/** A kind of operation: its schema and the function that turns a parsed one into a closure. */
export interface Operation {
  type: string;
  schema: () => z.ZodObject;
  compile: (properties: never, site: Site) => Evaluate;
}

type Shape = Readonly<Record<string, z.ZodType>>;

interface Declaration<S extends Shape> {
  type: string;
  summary: string;
  /** Called when the first query is read. */
  properties?: () => S;
  compile: (properties: z.output<z.ZodObject<S>>, site: Site) => Evaluate;
}

/** Declares an operation of the query language. */
export function defineOperation<S extends Shape = Record<never, z.ZodType>>(declaration: Declaration<S>): Operation {
  const { type, summary, properties, compile } = declaration;
  const schema = lazy(() => {
    return z.object({ type: z.literal(type).describe(summary), ...properties?.() }).describe(summary);
  });
  return { type, schema, compile };
}

/** Message for a `type` that no member of a union has: says what was found and which word is near. */
export function unknownType(what: string, known: readonly string[]) {
  const one = `${/^[aeiou]/.test(what) ? "an" : "a"} ${what}`;
  return ({ input }: { input?: unknown }): string => {
    if (typeof input !== "object" || input === null) return `expected ${one}, an object with a "type"`;
    const { type } = input as { type?: unknown };
    if (typeof type !== "string") return `expected ${one} with a "type" that is a text`;
    const hint = suggest(type, known);
    return `unknown ${what} type "${type}"${hint === undefined ? `; known: ${known.join(", ")}` : `; ${hint}`}`;
  };
}
