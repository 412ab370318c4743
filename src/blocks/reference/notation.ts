import { z } from "zod";
import { BugError } from "../../base/errors.ts";
import { lazy } from "../../base/lazy.ts";
import {
  type BlockManifest,
  type CheckTogether,
  type DynamicOutputs,
  manifestSchema,
  portsOf,
} from "../contract/block.ts";
import { REASONS } from "./reasons.ts";
import { splitOutside } from "./split.ts";
import { fieldOf, kindsIn } from "./value-type.ts";
import { PROPERTY_WORDS } from "./words.ts";

/** A block type of the reference's world, in few words. */
export interface ReferenceBlock {
  summary: string;
  aliases?: readonly string[];
  /**
   * Properties, separated by ";": `name: type`, `name*: type` when required, `name/other: type` with another name that
   * is taken as well, `name: type = default`; an optional one without default is an empty map or list, or absent.
   */
  in: string;
  /** Outputs, separated by ";": `name: kinds`; none for a block that controls the flow. */
  out: string;
  dynamicOutputs?: DynamicOutputs;
  batches?: readonly string[];
  batchesOrScalars?: readonly string[];
  autoBatch?: readonly string[];
  offsets?: Readonly<Record<string, number>>;
  reference?: string;
  outputOffset?: -1 | 1;
  acceptsEmpty?: true;
  sink?: true;
  check?: CheckTogether;
  /** Why it cannot run here, while no block of the catalogue has its type. */
  why: keyof typeof REASONS;
  /** What serves its purpose here. */
  instead?: string;
}

/** The same without the reason, for groups whose blocks share it. */
export type ReferenceGroup = Readonly<
  Record<string, Omit<ReferenceBlock, "why"> & Partial<Pick<ReferenceBlock, "why">>>
>;

/** Full type of a known block; one without source is of the reference's core. */
export function typeOf(name: string): string {
  return name.includes("/") ? name : `roboflow_core/${name}`;
}

/** The manifest of a known block. */
export function manifestOf(name: string, block: ReferenceBlock): BlockManifest {
  const type = typeOf(name);
  const aliases = block.aliases ?? [];
  // Read when a definition asks for the block: most programs meet few of them.
  const properties = lazy(() => propertiesOf(block.in));
  const schema = lazy(() => manifestSchema(type, aliases, z.object(Object.fromEntries(properties().map(fieldEntry)))));
  const ports = lazy(() => portsOf(schema().shape));
  const synonyms = lazy(() => synonymsOf(properties()));
  const outputs = lazy(() => outputsOf(block.out));
  return {
    type,
    aliases,
    summary: block.summary,
    get schema() {
      return schema();
    },
    get ports() {
      return ports();
    },
    get synonyms() {
      return synonyms();
    },
    get outputs() {
      return outputs();
    },
    dynamicOutputs: block.dynamicOutputs ?? null,
    batches: block.batches ?? [],
    batchesOrScalars: block.batchesOrScalars ?? [],
    autoBatch: block.autoBatch ?? [],
    offsets: block.offsets ?? {},
    reference: block.reference ?? null,
    outputOffset: block.outputOffset ?? 0,
    acceptsEmpty: block.acceptsEmpty ?? false,
    flow: /<step>/.test(block.in),
    stateful: false,
    sink: block.sink ?? false,
    needs: [],
    ...(block.check === undefined ? {} : { check: block.check }),
    example: {},
    unsupported: { reason: REASONS[block.why], instead: block.instead ?? null },
  };
}

interface Property {
  name: string;
  others: string[];
  isRequired: boolean;
  type: string;
  default: string | undefined;
}

const PROPERTY = /^(\w+)((?:\/\w+)*)(\*?): (.+?)(?: = (.+))?$/s;

function propertiesOf(text: string): Property[] {
  return splitOutside(text, ";").flatMap((item) => {
    if (item.startsWith("+")) return propertiesOf(PROPERTY_WORDS[item.slice(1)] ?? fail(item));
    const [, name = fail(item), others = "", star, type = "", text] = PROPERTY.exec(item) ?? [];
    return [{ name, others: others.split("/").slice(1), isRequired: star === "*", type, default: text }];
  });
}

function synonymsOf(properties: readonly Property[]): Record<string, readonly string[]> {
  const renamed = properties.filter(({ others }) => others.length > 0);
  return Object.fromEntries(renamed.map(({ name, others }) => [name, others]));
}

function fail(item: string): never {
  throw new BugError(`"${item}" describes no property`);
}

function fieldEntry(property: Property): [string, z.ZodType] {
  return [property.name, fieldWithDefault(property)];
}

function fieldWithDefault(property: Property): z.ZodType {
  const field = fieldOf(property.type);
  if (property.isRequired) return field;
  if (property.default === "null") return field.nullable().default(null);
  if (property.default !== undefined) return field.default(parsed(property.default));
  if (property.type.startsWith("map<")) return field.default({});
  return property.type.startsWith("list<") ? field.default([]) : field.optional();
}

/** Defaults are JSON; a bare word is a text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function outputsOf(text: string): Record<string, readonly string[]> {
  return Object.fromEntries(
    splitOutside(text, ";").map((item) => {
      const [name = "", kinds = ""] = item.split(": ");
      return [name, kindsIn(kinds)];
    }),
  );
}
