import { CompileError, ConfigError } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import { suggest } from "../../base/suggest.ts";
import { checkToRun } from "../../compiler/compile.ts";
import { Definition, type DynamicDefinition } from "../../definition/document.ts";
import type { DynamicInputDefinition } from "../../definition/dynamic-block.ts";
import type { CodeEvent } from "../../dynamic/runtime/code-runtime.ts";
import { readDefinitionFile } from "../input/read-definition.ts";
import { readInputs } from "../input/runtime-inputs.ts";
import { loadLibrary } from "../plugins/library.ts";
import { chosenBlock } from "../plugins/own-blocks.ts";
import { inputIssue } from "./one-workflow.ts";
import { readPictures } from "./read-pictures.ts";
import { withWorkflow } from "./with-workflow.ts";

type Values = Readonly<Record<string, unknown>>;

export interface TestBlockSettings {
  /** Definition with the block. */
  definition: string;
  /** Type of the block; optional where the definition has only one. */
  block: string | undefined;
  /** Values of its inputs, one set for each call; variables of the code stay from call to call. */
  calls: readonly Values[];
  isIsolated: boolean;
  report: (event: CodeEvent) => void;
}

/** Runs one block of a definition alone and gives the outputs of every call as JSON. */
export async function testBlock(settings: TestBlockSettings): Promise<Record<string, unknown>[]> {
  const { library, installed, plugins } = await loadLibrary(settings.isIsolated ? { mode: "isolated" } : {});
  const { document, placed } = await readDefinitionFile(settings.definition);
  const { issues: faults } = checkToRun(document, library);
  if (faults.length > 0) throw new CompileError("COMPILE", placed(faults), settings.definition);
  const { dynamic_blocks_definitions: definitions } = Definition().parse(document);
  const block = chosenBlock(definitions, settings.block);
  refuseUnknown(block, settings.calls);
  const alone = aloneDocument(block, definitions, Object.assign({}, ...settings.calls.toReversed()));
  const { plan, issues } = checkToRun(alone, library);
  if (plan === null) throw new CompileError("COMPILE", issues, settings.definition);
  const calls = await Promise.all(settings.calls.map((call) => readCall(call)));
  const { report } = settings;
  return withWorkflow({ plan, plugins, descriptions: new Map(), disableSinks: false, report }, async (workflow) => {
    const results: Record<string, unknown>[] = [];
    for (const call of calls) results.push((await workflow.once(1, call))[0]?.outputs ?? {});
    return results;
  });

  /** Values as the engine takes them: pictures from files, everything else as its kind says. */
  async function readCall(call: Values): Promise<Record<string, unknown>> {
    if (plan === null) return {};
    const parameters = Object.fromEntries(Object.entries(call).map(([name, value]) => [name, [value]]));
    const { given, issues: unreadable } = await readPictures(plan, { parameters, images: {} });
    const { faults: wrong } = readInputs(plan, given, { codecs: installed.kinds });
    const all = [...unreadable, ...wrong.map((fault) => inputIssue(fault, plan))];
    if (all.length > 0) throw new ConfigError("FLAGS", all);
    return given;
  }
}

function refuseUnknown({ manifest }: DynamicDefinition, calls: readonly Values[]): void {
  const known = Object.keys(manifest.inputs);
  const unknown = [...new Set(calls.flatMap((call) => Object.keys(call)))].filter((name) => !known.includes(name));
  const issues = unknown.map((name): Issue => {
    const message = `--input: block "${manifest.block_type}" has no input "${name}"`;
    const hint = suggest(name, known) ?? `its inputs are ${known.join(", ") || "none"}`;
    return { code: "FLAG_UNKNOWN_INPUT", path: "", message, hint };
  });
  if (issues.length > 0) throw new ConfigError("FLAGS", issues);
}

const STEP = "block";

/** A definition with one step, whose inputs are those of the block. */
function aloneDocument(block: DynamicDefinition, definitions: readonly DynamicDefinition[], call: Values): object {
  const { block_type: type, inputs: declared, outputs } = block.manifest;
  const inputs = Object.entries(declared);
  const fed = inputs.filter(([name, input]) => input.selector_types.length > 0 && Object.hasOwn(call, name));
  const literal = inputs.filter(([name, input]) => input.selector_types.length === 0 && Object.hasOwn(call, name));
  const results = block.type === "DynamicWorkflowDefinition" ? ["result"] : [];
  return {
    version: "1.0",
    inputs: fed.map(([name, input]) => {
      const dimensionality = 1 + Math.max(0, input.dimensionality_offset);
      return { type: "WorkflowBatchInput", name, kind: kindsOf(input, call[name]), dimensionality };
    }),
    steps: [
      ...fed.filter(([, input]) => takesOutputsAlone(input)).map(([name]) => passingStep(name)),
      {
        type,
        name: STEP,
        ...Object.fromEntries(
          fed.map(([name, input]) => [
            name,
            takesOutputsAlone(input) ? `$steps.${passing(name)}.output` : `$inputs.${name}`,
          ]),
        ),
        ...Object.fromEntries(literal.map(([name]) => [name, call[name]])),
      },
    ],
    outputs: [...Object.keys(outputs), ...results].map((name) => {
      return { type: "JsonField", name, selector: `$steps.${STEP}.${name}`, coordinates_system: "own" };
    }),
    dynamic_blocks_definitions: definitions,
  };
}

function takesOutputsAlone({ selector_types: types }: DynamicInputDefinition): boolean {
  return types.every((type) => type.startsWith("step_output"));
}

/** A step that passes an input through, for inputs that only take outputs of steps. */
function passingStep(name: string): object {
  const type = "roboflow_core/property_definition@v1";
  return { type, name: passing(name), data: `$inputs.${name}`, operations: [] };
}

function passing(name: string): string {
  return `${STEP}_${name}`;
}

/** What the block declares; where it takes anything, what the value looks like. */
function kindsOf(
  { selector_types: types, selector_data_kind: kinds }: DynamicInputDefinition,
  value: unknown,
): string[] {
  const declared = [...new Set(types.flatMap((type) => kinds[type] ?? []))];
  if (declared.length > 0) return declared;
  if (types.some((type) => type === "input_image" || type === "step_output_image")) return ["image"];
  const isDetections = typeof value === "object" && value !== null && "predictions" in value && "image" in value;
  return isDetections ? ["object_detection_prediction"] : ["*"];
}
