import { isDeepStrictEqual } from "node:util";
import { messageOf } from "../base/errors.ts";
import type { Block } from "../blocks/contract/block.ts";
import type { Services } from "../blocks/contract/services.ts";
import type { Plugin } from "../blocks/registry/plugin.ts";
import type { StepFault } from "../engine/batch.ts";
import type { KindCodecs } from "../kinds/codec.ts";
import { deserialise } from "../kinds/deserialise.ts";
import type { Image } from "../kinds/image.ts";
import { kindFault } from "../kinds/kind-fault.ts";
import { serialise } from "../kinds/serialise.ts";
import { openExamplePlan } from "./example-plan.ts";
import {
  type Bring,
  candidatesOf,
  EXAMPLE,
  type ExampleWorkflow,
  exampleWorkflow,
  type OwnSamples,
  type Source,
  sourcesOf,
  taker,
  withInputsForLiterals,
} from "./example-workflow.ts";
import { pictureOf } from "./kind-samples.ts";
import { standInServices } from "./stand-in-services.ts";

const SOURCES = ["gate", "yard"];
const FRAMES = [1, 2];

export interface Conduct {
  /** What no block may do. */
  wrong: string[];
  /** Why the example failed, for each choice of values; empty for one that ran for all frames. */
  failures: string[][];
}

/** What the block's plugin brings beside it, and values of kinds of its own. */
export interface Surroundings {
  /** Kinds and initialisers of the plugin. */
  plugin?: Omit<Plugin, "blocks" | "families">;
  /** Values of its kinds, by the name of the kind. */
  samples?: OwnSamples;
}

/** Runs a block's example on two frames of two cameras, again for each form of value that its ports take. */
export async function runExample(block: Block, around: Surroundings = {}): Promise<Conduct> {
  const sources = sourcesOf(block);
  const forms = sources.map((source) => candidatesOf(source, pictureOf("gate", 1), around.samples).length);
  const conduct: Conduct = { wrong: [], failures: [] };
  for (let choice = 0; choice < Math.max(1, ...forms); choice++) {
    const { wrong, faults } = await runChoice({ block, sources, around }, choice);
    conduct.wrong.push(...wrong.filter((text) => !conduct.wrong.includes(text)));
    conduct.failures.push(faults.map(({ code, message }) => `${code}: ${message}`));
  }
  return conduct;
}

/** Whether the outputs of the example are the same when inputs of the workflow bring its literals: null, or how they differ. */
export async function literalsAndInputsDiffer(block: Block, around: Surroundings = {}): Promise<string | null> {
  const given = withInputsForLiterals(block);
  for (const choice of [0, 1]) {
    const [written, brought] = [
      await runChoice({ block, sources: sourcesOf(block), around }, choice),
      await runChoice({ ...given, around }, choice),
    ];
    const [a, b] = [resultOf(written), resultOf(brought)];
    if (a !== b) return `${b}\ninstead of\n${a}`;
  }
  return null;
}

function resultOf({ outputs, faults }: Run): string {
  const text = JSON.stringify([outputs, faults.map(({ code }) => code)], (_, value: unknown) =>
    ArrayBuffer.isView(value) ? Array.from(value as never) : typeof value === "bigint" ? Number(value) : value,
  );
  return text.replaceAll(UUID, "id");
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

interface Run {
  wrong: string[];
  faults: StepFault[];
  outputs: { name: string; value: unknown }[];
}

interface Example {
  block: Block;
  sources: readonly Source[];
  around: Surroundings;
}

async function runChoice({ block, sources, around }: Example, choice: number): Promise<Run> {
  const kept = new Kept();
  const outputs: Run["outputs"] = [];
  const bring: Bring = (source, image) => {
    const candidates = candidatesOf(source, image, around.samples);
    return kept.keep(`the value of ${source.name}`, candidates[choice % candidates.length]);
  };
  const take = (name: string, value: unknown) => {
    outputs.push({ name, value });
    kept.keep(`its output ${name}`, value);
  };
  const { services, idle } = standInServices();
  const example = exampleWorkflow(block, sources, bring);
  const { plan, runner } = await openExample(example, { take, services, plugin: around.plugin ?? {} });
  const step = plan.steps.find(({ name }) => name === EXAMPLE);
  kept.keep("its literal properties", step?.literals);
  const faults: StepFault[] = [];
  for (const frame of FRAMES) {
    const pictures = SOURCES.map((source) => kept.keep("a picture", pictureOf(source, frame)));
    const inputs = inputsOf(example, pictures, bring);
    faults.push(...(await runner.run({ sources: SOURCES, inputs, pictures: true })).faults);
    await idle();
  }
  const codecs: KindCodecs = new Map(Object.entries(around.plugin?.kinds ?? {}));
  const kinds = new Map(step?.outputs.map((output) => [output.name, output.kinds]));
  const wrong = [
    ...outputs.flatMap(({ name, value }) => outputFaults({ name, value, kinds: kinds.get(name) ?? [] }, codecs)),
    ...kept.changed().map((what) => `changes ${what}`),
    ...faults.filter(({ code }) => BUGS.has(code)).map(({ step, message }) => `${step}: ${message}`),
  ];
  return { wrong, faults, outputs };
}

/** What a block that checks what it is given never fails with. */
const BUGS: ReadonlySet<string> = new Set(["STEP_FAILED", "STEP_RESULT"]);

/** The outputs of a block are known when the workflow is compiled, as a step may name them. */
async function openExample(
  { document, blocks }: ExampleWorkflow,
  { take, ...rest }: { take: (output: string, value: unknown) => void; services: Services; plugin: Plugin },
) {
  const settings = { ...rest, blocks: [...blocks, taker(take)] };
  const { plan } = await openExamplePlan(document, settings);
  const outputs = plan.steps.find(({ name }) => name === EXAMPLE)?.outputs ?? [];
  const takers = outputs.map(({ name }, i) => {
    return { type: "test/take@v1", name: `take_${i}`, value: `$steps.${EXAMPLE}.${name}`, output: name };
  });
  return openExamplePlan({ ...document, steps: [...document.steps, ...takers] }, settings);
}

function inputsOf({ pictures, parameters }: ExampleWorkflow, images: Image[], bring: Bring): Record<string, unknown> {
  const [image] = images;
  if (image === undefined) return {};
  return Object.fromEntries([
    ...pictures.map((name) => [name, images]),
    ...parameters.map((source) => [
      source.name,
      isPerElement(source) ? images.map((one) => bring(source, one)) : bring(source, image),
    ]),
  ]);
}

function isPerElement({ port }: Source): boolean {
  return port.kinds.includes("video_metadata");
}

/** Values with what they were when they were first seen. */
class Kept {
  readonly #entries = new Map<unknown, { what: string; copy: unknown }>();

  keep<T>(what: string, value: T): T {
    if (!this.#entries.has(value)) this.#entries.set(value, { what, copy: structuredClone(value) });
    return value;
  }

  changed(): string[] {
    const changed = [...this.#entries].filter(([value, { copy }]) => !isDeepStrictEqual(value, copy));
    return changed.map(([, { what }]) => what);
  }
}

interface Output {
  name: string;
  value: unknown;
  kinds: readonly string[];
}

function outputFaults({ name, value, kinds }: Output, codecs: KindCodecs): string[] {
  if (value === null) return [];
  const isOwn = kinds.some((kind) => codecs.has(kind));
  const wrong = isOwn ? null : (kindFault(value, kinds) ?? formFault(value, kinds));
  if (wrong !== null) return [`gives for ${name} ${wrong}`];
  try {
    const codec = kinds.map((kind) => codecs.get(kind)).find((found) => found?.serialise !== undefined);
    if (codec?.serialise === undefined) serialise(value, kinds);
    else codec.serialise(value);
    return [];
  } catch (error) {
    return [`gives for ${name} what cannot be written: ${messageOf(error)}`];
  }
}

/** Numbers and lists have forms in memory that their JSON has not. */
function formFault(value: unknown, kinds: readonly string[]): string | null {
  const plain =
    typeof value === "bigint" ? Number(value) : ArrayBuffer.isView(value) ? Array.from(value as never) : value;
  const answers = [deserialise(value, kinds), deserialise(plain, kinds)];
  const read = answers.some((answer) => "value" in answer);
  return read
    ? null
    : `what is none of ${kinds.join(", ")}: ${answers.flatMap((answer) => ("reasons" in answer ? answer.reasons : []))[0]}`;
}
