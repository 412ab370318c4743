import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Issue } from "../../base/issue.ts";
import { type BlockManifest, manifestSchema } from "../../blocks/contract/block.ts";
import {
  type BlockCode,
  CODE_LIMITS,
  type DynamicBlocks,
  type Expansion,
  type PersistSettings,
} from "../../blocks/contract/code.ts";
import { type Port, portOf, refTo } from "../../blocks/contract/fields.ts";
import type { Definition, DynamicDefinition } from "../../definition/document.ts";
import type { CodeDefinition, DynamicInputDefinition, DynamicManifest } from "../../definition/dynamic-block.ts";
import { originOf } from "../../definition/origin.ts";
import { batchesOf, looseInputs } from "./batch-inputs.ts";
import type { Script } from "./code-parts.ts";
import { expansionFaults, expansionManifest, expansionOf } from "./dynamic-workflows.ts";
import { type BlockFault, interfaceFaults } from "./interface.ts";
import { LOAD, SAVE } from "./namespace.ts";
import { mentions, readScript } from "./syntax.ts";

export interface DynamicBlockSettings {
  /** Whether definitions may contain code. */
  allowCode: boolean;
  /** Where code runs; in the thread of the workflow by default. */
  mode?: BlockCode["mode"];
  /** Command of the interpreter for Python, `python3` by default. */
  python?: string;
  /** Most milliseconds for one call of code in a process of its own; 250 by default. */
  callMs?: number | undefined;
  /** Why code cannot run on this machine; nothing by default. */
  examine?: (code: BlockCode) => readonly BlockFault[];
  /** Types that exist already. */
  taken: ReadonlySet<string>;
  /** Kinds of plugins. */
  kinds?: ReadonlySet<string>;
}

/** Turns the blocks written in a document into manifests like those of any other block, and their code. */
export function compileDynamicBlocks(
  { dynamic_blocks_definitions: definitions }: Definition,
  settings: DynamicBlockSettings,
  issues: Issue[],
): DynamicBlocks {
  const manifests: BlockManifest[] = [];
  const warnings: Issue[] = [];
  const code = new Map<string, BlockCode>();
  const expansions = new Map<string, Expansion>();
  definitions.forEach((definition, index) => {
    const path = originOf(definition, `/dynamic_blocks_definitions/${index}`);
    const mode = modeOf(definition, settings);
    const { script, faults: textFaults } = readCode(definition.code);
    const blockCode = codeOf(definition, script, { ...settings, mode });
    const isRunnable = settings.allowCode && textFaults.length === 0;
    const examined = [...textFaults, ...((isRunnable && settings.examine?.(blockCode)) || [])];
    const codeFaults = examined.filter((found) => !isHint(found));
    const found = faults(definition, path, { ...settings, codeFaults });
    const type = definition.manifest.block_type;
    const first = definitions.find(({ manifest }) => manifest.block_type === type);
    if (first !== definition) {
      // A copy changes nothing; editors write one for each step that uses the block.
      if (!isDeepStrictEqual(first, definition)) issues.push(fault(path, type, "is defined twice, in two ways"));
      return;
    }
    issues.push(...found);
    warnings.push(...examined.filter(isHint).map((hint) => codeIssue(path, type, hint)));
    // A faulty block still has a manifest, so that its steps are checked as well.
    const manifest = { ...manifestOf(definition.manifest), unsupported: lackOf(examined) };
    if (definition.type === "DynamicWorkflowDefinition") {
      manifests.push(expansionManifest(manifest, definition));
      expansions.set(
        type,
        expansionOf(definition, {
          mode: settings.mode ?? "local",
          python: settings.python ?? "python3",
          callMs: settings.callMs ?? CODE_LIMITS.callMs,
        }),
      );
    } else manifests.push(manifest);
    code.set(type, blockCode);
  });
  for (const { index, at, ...found } of expansionFaults(definitions, settings.mode ?? "local")) {
    const definition = definitions[index] as DynamicDefinition;
    const path = originOf(definition, `/dynamic_blocks_definitions/${index}`);
    const type = definition.manifest.block_type;
    issues.push({ ...found, path: `${path}${at}`, message: `dynamic workflow "${type}" ${found.message}` });
  }
  return { manifests, code, expansions, warnings };
}

/** Warnings. */
function isHint({ isWarning, unavailable }: BlockFault): boolean {
  return isWarning === true || unavailable !== undefined;
}

function lackOf(examined: readonly BlockFault[]): BlockManifest["unsupported"] {
  const lack = examined.find(({ unavailable }) => unavailable !== undefined);
  return lack?.unavailable === undefined ? null : { reason: lack.unavailable, instead: lack.hint ?? null };
}

function codeIssue(path: string, type: string, found: BlockFault): Issue {
  const { at, what, errorClass, isWarning: _warning, unavailable: _lack, ...more } = found;
  return { ...fault(`${path}${at}`, type, what), class: errorClass, ...more };
}

/** A definition may ask for more isolation than the config, not for less. */
function modeOf(definition: DynamicDefinition, { mode = "local" }: DynamicBlockSettings): BlockCode["mode"] {
  return definition.type === "DynamicWorkflowDefinition" && definition.execution.mode === "isolated"
    ? "isolated"
    : mode;
}

interface Judged extends DynamicBlockSettings {
  codeFaults: readonly BlockFault[];
}

function faults({ manifest }: DynamicDefinition, path: string, settings: Judged): Issue[] {
  const issues: Issue[] = [];
  const type = manifest.block_type;
  if (!settings.allowCode) issues.push({ ...fault(path, type, "brings code, which is switched off"), ...SWITCHED_OFF });
  if (settings.taken.has(type)) {
    issues.push(fault(`${path}/manifest/block_type`, type, "has the type of a block that exists already"));
  }
  const found = [...settings.codeFaults, ...interfaceFaults(manifest, settings.kinds)];
  return [...issues, ...found.map((one) => codeIssue(path, type, one))];
}

/** The code as it runs, and what is wrong with it. */
function readCode(code: CodeDefinition): { script: Script; faults: BlockFault[] } {
  const script = { source: code.run_function_code, initSource: code.init_function_code };
  if (code.type === "PythonCode") return { script, faults: stateFaults(code, script) };
  const read = readScript(code);
  if (!("field" in read)) return { script: read, faults: stateFaults(code, read) };
  const { field, ...found } = read;
  return { script, faults: [{ ...found, at: `/code/${field}` }] };
}

/** Code with kept state must define how to save and load it. */
function stateFaults({ type, persist }: CodeDefinition, script: Script): BlockFault[] {
  if (persist === false) return [];
  const isPython = type === "PythonCode";
  const names = isPython ? ["save_state", "load_state"] : [SAVE, LOAD];
  const text = `${script.source}\n${script.initSource ?? ""}`;
  const hint = `${names[0]}() returns what is to be kept, ${names[1]}(value) takes it back`;
  return names
    .filter((name) => !mentions(text, name))
    .map((name) => {
      const what = `wants its state kept, but has no function "${name}"`;
      return { at: "/code/persist", what, errorClass: "DynamicBlockError", hint };
    });
}

const SWITCHED_OFF = {
  code: "DYNAMIC_CODE_OFF",
  class: "WorkflowEnvironmentConfigurationError",
  hint: 'set "code_blocks: local" in the config and leave ALLOW_CUSTOM_PYTHON_EXECUTION_IN_WORKFLOWS unset',
} as const;

function fault(path: string, type: string, what: string): Issue {
  return { code: "DYNAMIC_BLOCK", class: "DynamicBlockError", path, message: `dynamic block "${type}" ${what}` };
}

/** The outputs of a block and of a workflow differ in what they say beside their kinds. */
type Manifest = Omit<DynamicManifest, "outputs"> & { outputs: Readonly<Record<string, { kind: string[] }>> };

function manifestOf(manifest: Manifest): BlockManifest {
  const inputs = Object.entries(manifest.inputs);
  const shape = Object.fromEntries(inputs.map(([name, input]) => [name, fieldOf(input)]));
  const ports: Record<string, Port> = {};
  for (const [name, field] of Object.entries(shape)) {
    const port = portOf(field);
    if (port !== undefined) ports[name] = port;
  }
  const batches = batchesOf(manifest);
  const hasOffsets = inputs.some(([, input]) => input.dimensionality_offset !== 0);
  return {
    type: manifest.block_type,
    aliases: [],
    summary: manifest.description ?? "Block written in the definition.",
    schema: manifestSchema(manifest.block_type, [], z.object(shape)),
    ports,
    synonyms: {},
    outputs: Object.fromEntries(
      Object.entries(manifest.outputs).map(([name, { kind }]) => [name, kind.length === 0 ? ["*"] : kind]),
    ),
    dynamicOutputs: null,
    batches: batches === null ? [] : [...new Set([...batches.always, ...batches.connected])],
    batchesOrScalars: batches === null ? [] : looseInputs(manifest, batches),
    autoBatch: manifest.get_parameters_enforcing_auto_batch_casting,
    offsets: hasOffsets ? Object.fromEntries(inputs.map(([name, input]) => [name, input.dimensionality_offset])) : {},
    reference: inputs.find(([, input]) => input.is_dimensionality_reference)?.[0] ?? null,
    outputOffset: manifest.output_dimensionality_offset,
    acceptsEmpty: manifest.accepts_empty_values,
    flow: false,
    stateful: true,
    sink: true,
    needs: [],
    example: {},
    unsupported: null,
  };
}

function fieldOf(input: DynamicInputDefinition): z.ZodType {
  const kinds = input.selector_types.flatMap((type) => input.selector_data_kind[type] ?? ["*"]);
  const literals = input.value_types.map((type) => VALUES[type]);
  if (kinds.includes("rgb_color")) literals.push(z.string());
  const literal = literals.length === 0 ? null : z.union(literals);
  const base = kinds.length === 0 ? (literal ?? z.unknown()) : refTo([...new Set(kinds)], literal, sideOf(input));
  const field = input.is_optional ? base.nullable().optional() : base;
  return input.has_default_value ? field.default(input.default_value) : field;
}

/** Which side of the workflow data may come from, where all selectors of an input are of one and no text may be any. */
function sideOf({
  selector_types: types,
  value_types: values,
}: DynamicInputDefinition): "inputs" | "steps" | undefined {
  if (values.includes("any") || values.includes("string")) return undefined;
  if (types.every((type) => type === "input_image" || type === "input_parameter")) return "inputs";
  return types.every((type) => type === "step_output" || type === "step_output_image") ? "steps" : undefined;
}

const VALUES: Readonly<Record<DynamicInputDefinition["value_types"][number], z.ZodType>> = {
  any: z.unknown().refine((value) => value !== undefined, { error: "expected a value" }),
  integer: z.int(),
  float: z.number(),
  boolean: z.boolean(),
  dict: z.record(z.string(), z.unknown()),
  list: z.array(z.unknown()),
  string: z.string(),
};

function codeOf(definition: DynamicDefinition, script: Script, settings: DynamicBlockSettings): BlockCode {
  const { manifest, code } = definition;
  const { callMs = CODE_LIMITS.callMs } = settings;
  const isWorkflow = definition.type === "DynamicWorkflowDefinition";
  const { run_function_code: source, init_function_code: initSource } = code;
  return {
    ...script,
    ...(code.type === "TypeScriptCode" ? { written: { source, initSource } } : {}),
    ...(code.run_function_file === undefined ? {} : { file: code.run_function_file }),
    language: code.type === "PythonCode" ? "python" : "javascript",
    mode: settings.mode ?? "local",
    python: settings.python ?? "python3",
    blockType: manifest.block_type,
    runName: code.run_function_name,
    initName: code.init_function_name,
    imports: code.imports,
    hash: hashOf(code),
    stateScope: code.state_scope,
    persist: persistOf(code),
    limits: { ...CODE_LIMITS, callMs: isWorkflow ? definition.limits.expand_ms : callMs },
    outputs: Object.keys(manifest.outputs),
    outputOffset: manifest.output_dimensionality_offset,
    batches: batchesOf(manifest),
    acceptsEmpty: manifest.accepts_empty_values,
    onError: definition.on_error,
  };
}

function hashOf(code: CodeDefinition): string {
  const texts = [code.type, code.run_function_code, code.run_function_name];
  const identity = JSON.stringify([...texts, code.init_function_code, code.init_function_name, code.imports]);
  return createHash("sha256").update(identity).digest("hex");
}

function persistOf({ persist }: CodeDefinition): PersistSettings | null {
  if (persist === false) return null;
  const { interval_s: intervalS, max_bytes: maxBytes } = persist === true ? PERSIST : persist;
  return { intervalMs: intervalS * 1000, maxBytes };
}

/** The settings that `persist: true` means. */
const PERSIST = { interval_s: 10, max_bytes: 2 ** 20 };
