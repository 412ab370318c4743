import { z } from "zod";
import { type Block, defineBlock } from "../blocks/contract/block.ts";
import { type Port, ref } from "../blocks/contract/fields.ts";
import { type Image, isImage } from "../kinds/image.ts";
import type { KindName } from "../kinds/kinds.ts";
import { samplesOf } from "./kind-samples.ts";

// A workflow around the example of a block: inputs and steps by the names that its selectors use, bringing values of the kinds its ports take.

/** What a selector of the example is to bring. */
export interface Source {
  name: string;
  /** Of the step; undefined for an input of the workflow, null for a step that only is let run. */
  output: string | null | undefined;
  port: Port;
  /** Levels below the block's own. */
  depth: number;
  /** The one value that it brings; otherwise any of its port's kinds. */
  value?: unknown;
}

export interface ExampleWorkflow {
  document: { version: string; inputs: object[]; steps: object[]; outputs: object[] };
  /** The block and those of the steps around it. */
  blocks: Block[];
  parameters: readonly Source[];
  pictures: readonly string[];
}

/** Brings a value to a source; the same one for the same image. */
export type Bring = (source: Source, image: Image) => unknown;

export const EXAMPLE = "example";

export function exampleWorkflow(block: Block, sources: readonly Source[], bring: Bring): ExampleWorkflow {
  const inputs = unique(sources.filter(({ output }) => output === undefined));
  const steps = [...new Set(sources.filter(({ output }) => output !== undefined).map(({ name }) => name))];
  const stubs = steps.map((name) => {
    return stub(
      name,
      sources.filter((source) => source.name === name && source.output !== undefined),
      bring,
    );
  });
  const pictures = new Set(["image", ...inputs.filter(isPicture).map(({ name }) => name)]);
  const parameters = inputs.filter(({ name }) => !pictures.has(name));
  const document = {
    version: "1.0",
    inputs: [...[...pictures].map((name) => ({ type: "WorkflowImage", name })), ...parameters.map(parameter)],
    steps: [
      ...steps.map((name, i) => ({ type: stubs[i]?.type, name, image: "$inputs.image" })),
      { type: block.type, name: EXAMPLE, ...block.example },
    ],
    outputs: [],
  };
  return { document, blocks: [block, ...stubs], parameters, pictures: [...pictures] };
}

/** Values of kinds that a plugin brings, by the name of the kind. */
export type OwnSamples = Readonly<Record<string, readonly unknown[]>>;

/** The n-th value of a source; what a literal in its place could not be is left out. */
export function candidatesOf(
  { port, output, value }: Source,
  image: Image,
  samples: OwnSamples = {},
): readonly unknown[] {
  if (output === null) return [null];
  if (value !== undefined) return [value];
  const all = port.kinds.flatMap((kind) => samples[kind] ?? samplesOf(kind as KindName, image));
  const { literal } = port;
  if (literal === null || port.kinds.includes("*")) return all;
  const fitting = all.filter((value) => isFlowing(value) || literal.safeParse(value).success);
  return fitting.length > 0 ? fitting : all;
}

export function sourcesOf({ example, ports, offsets }: Block): Source[] {
  return Object.entries(example).flatMap(([property, value]) => {
    const port = ports[property];
    if (port === undefined) return [];
    const values = typeof value === "object" && value !== null ? Object.values(value) : [value];
    return values.flatMap((item) => sourceOf(item, port, offsets[property] ?? 0));
  });
}

/** The same example with its literals brought by inputs of the workflow. */
export function withInputsForLiterals(block: Block): { block: Block; sources: Source[] } {
  const given = Object.entries(block.example).flatMap(([property, value]): [string, Source][] => {
    const port = block.ports[property];
    if (port?.form !== "value" || port.steps || port.only === "steps" || isSelector(value)) return [];
    return [[property, { name: `given_${property}`, output: undefined, port, depth: 0, value }]];
  });
  const selectors = Object.fromEntries(given.map(([property, { name }]) => [property, `$inputs.${name}`]));
  const sources = [...sourcesOf(block), ...given.map(([, source]) => source)];
  return { block: { ...block, example: { ...block.example, ...selectors } }, sources };
}

function isSelector(value: unknown): boolean {
  return typeof value === "string" && value.startsWith("$");
}

function sourceOf(selector: unknown, port: Port, depth: number): Source[] {
  if (typeof selector !== "string") return [];
  const [, area, name = "", output = null] = /^\$(inputs|steps)\.([^.]+)(?:\.(.+))?$/.exec(selector) ?? [];
  if (area === undefined) return [];
  return [{ name, output: area === "inputs" ? undefined : output, port, depth }];
}

/** Values that no literal can be. */
function isFlowing(value: unknown): boolean {
  return isImage(value) || (typeof value === "object" && value !== null && "kind" in value);
}

function unique(sources: readonly Source[]): Source[] {
  return [...new Map(sources.map((source) => [source.name, source])).values()];
}

function isPicture({ port }: Source): boolean {
  return port.kinds.includes("image");
}

function parameter({ name, port: { kinds } }: Source): object {
  if (kinds.includes("video_metadata")) return { type: "WorkflowVideoMetadata", name };
  return { type: "WorkflowParameter", name, kind: kinds };
}

/** A step that brings values to the example, as deep as it wants them. */
function stub(name: string, sources: readonly Source[], bring: Bring): Block {
  const given = sources.filter(({ output }) => typeof output === "string");
  const isDeep = given.some(({ depth }) => depth > 0);
  const valuesFor = (image: Image) =>
    Object.fromEntries(given.map((source) => [source.output as string, bring(source, image)]));
  return defineBlock({
    type: `test/${name}@v1`,
    summary: "Brings data.",
    inputs: z.object({ image: ref("image").describe("Frame.") }),
    outputs: Object.fromEntries(given.map(({ output, port }) => [output as string, port.kinds as KindName[]])),
    outputOffset: isDeep ? 1 : 0,
    example: {},
    run: ({ image }) => (isDeep ? [valuesFor(image), valuesFor(image)] : valuesFor(image)) as never,
  });
}

/** Hands on every value of one output of the example, on whatever level it is. */
export function taker(take: (output: string, value: unknown) => void): Block {
  return defineBlock({
    type: "test/take@v1",
    summary: "Takes data.",
    inputs: z.object({ value: ref("*").describe("Value."), output: z.string().describe("Its name.") }),
    outputs: {},
    acceptsEmpty: true,
    sink: true,
    example: {},
    run: ({ value, output }) => {
      take(output, value);
      return null;
    },
  });
}
