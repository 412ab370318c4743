import { ConfigError, MillraceError, messageOf } from "../../base/errors.ts";
import { type Issue, pointer } from "../../base/issue.ts";
import { Serial } from "../../base/serial.ts";
import { suggest } from "../../base/suggest.ts";
import type { BlockManifest } from "../../blocks/contract/block.ts";
import type { Plan, PlanInput } from "../../compiler/plan.ts";
import type { CodeEvent } from "../../dynamic/runtime/code-runtime.ts";
import { isImage } from "../../kinds/image.ts";
import { pictureImage } from "../input/frame-image.ts";
import { parameterFaults } from "../input/parameter-faults.ts";
import { readPicture } from "../input/read-picture.ts";
import { readInputs } from "../input/runtime-inputs.ts";
import type { ModelStore } from "../models/models.ts";
import type { LoadedLibrary } from "../plugins/library.ts";
import { openWorkflow } from "../worker/workflow.ts";

/** A picture that a program holds: bytes of a JPEG, PNG or WebP file, base64, the path of a file, or pixels. */
export type PictureValue = string | Uint8Array | RawPicture | { type: "base64" | "file"; value: string };

/** Pixels in rows from the top, three bytes each: red, green, blue. */
export interface RawPicture {
  /** `width` * `height` * 3 bytes. */
  rgb: Uint8Array;
  /** In pixels. */
  width: number;
  /** In pixels. */
  height: number;
}

/** How a definition runs that `openLibrary` opens. */
export interface LibraryWorkflowSettings {
  /** Values for the definition's parameters, where a run gives no others; they also name models that parameters hold. */
  parameters?: Readonly<Record<string, unknown>>;
  /** `throw` (the default) rejects a run at the first failure of a step; `isolate` makes the outputs of that element null. */
  onError?: "throw" | "isolate";
  /** Whether outputs with pictures are encoded (base64 JPEG); true by default. Without it their `value` is null. */
  pictures?: boolean;
  /** Sinks send and write nothing; false by default. */
  disableSinks?: boolean;
  /** Milliseconds that one run may take; 600,000 by default. A run that takes longer ends the thread with the state of its steps. */
  timeoutMs?: number;
}

/** What the workflow gave for one element of a batch. */
export interface LibraryResult {
  /** Outputs of the definition by name, as JSON in the reference's form. Of failed steps they are null. */
  outputs: Readonly<Record<string, unknown>>;
  /** Steps that failed on this element, with `onError: "isolate"`. */
  failures: readonly { step: string; code: string; message: string }[];
}

/** A definition that is open on a thread of its own; the state of its steps lasts from run to run. */
export interface LibraryWorkflow extends AsyncDisposable {
  /** Inputs of the definition. */
  readonly inputs: readonly PlanInput[];
  /**
   * Runs it on values by the names of inputs, and gives one result for each element. A list for an input makes a batch, single values
   * are for all of its elements. Pictures are a `PictureValue`; other values are JSON. Runs are worked through one after another. Throws a
   * `ConfigError` with every fault of the values, and a `StepError` or `ModelError` for a step that failed.
   */
  run(inputs?: Readonly<Record<string, unknown>>): Promise<LibraryResult[]>;
  /** Waits at most `deadlineMs` (2,000 by default) for what runs, then ends the thread. May be called again. */
  close(deadlineMs?: number): Promise<void>;
}

interface Opening {
  plan: Plan;
  blocks: ReadonlyMap<string, BlockManifest>;
  loaded: LoadedLibrary;
  models: ModelStore;
  settings: LibraryWorkflowSettings;
  /** Called when it begins to close. */
  closed: () => void;
}

const TIMEOUT_MS = 600_000;
const CLOSE_MS = 2000;

export async function openLibraryWorkflow({
  plan,
  blocks,
  loaded,
  models,
  settings,
  closed,
}: Opening): Promise<LibraryWorkflow> {
  const { parameters = {}, onError = "throw", pictures = true } = settings;
  const { disableSinks = false, timeoutMs = TIMEOUT_MS } = settings;
  const workflow = await openWorkflow({
    plan,
    models,
    arena: new SharedArrayBuffer(64),
    plugins: loaded.plugins,
    parameters: {},
    report: printOutput,
    disableSinks,
    onError,
    concurrency: 1,
    timeoutMs,
    writer: { publish: null, outputs: true, picture: null, ...(pictures ? {} : { withoutPictures: true }) },
  });
  const runs = new Serial();
  let closing: Promise<void> | null = null;
  const close = (deadlineMs = CLOSE_MS) => {
    if (closing === null) closed();
    closing ??= workflow.close(deadlineMs);
    return closing;
  };
  return {
    inputs: plan.inputs,
    async run(values = {}) {
      if (closing !== null) throw new MillraceError("LIBRARY_CLOSED", "the workflow is closed");
      const issues = unknownInputs(plan, values);
      const given = await withPictures(plan, { ...parameters, ...values }, issues);
      const { size, inputs, faults } = readInputs(plan, given, { codecs: loaded.installed.kinds });
      for (const { input, message } of [...faults, ...parameterFaults(plan, inputs, { blocks })]) {
        if (!issues.some(({ path }) => path === pointer([input]))) issues.push(inputIssue(input, message));
      }
      if (issues.length > 0) throw new ConfigError("LIBRARY_INPUTS", issues);
      const results = await runs.run(() => workflow.once(size, given));
      return results.map(({ outputs, faults: failed }) => ({
        outputs: outputs ?? {},
        failures: failed.map(({ step, code, message }) => ({ step, code, message })),
      }));
    },
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}

function printOutput(event: CodeEvent): void {
  if (event.type === "block_output") process[event.stream].write(`${event.text}\n`);
}

function inputIssue(input: string, message: string, hint?: string): Issue {
  return { code: "RUN_INPUT", class: "RuntimeInputError", path: pointer([input]), message, ...(hint ? { hint } : {}) };
}

function unknownInputs({ inputs }: Plan, values: Readonly<Record<string, unknown>>): Issue[] {
  const known = inputs.map(({ name }) => name);
  const unknown = Object.keys(values).filter((name) => !known.includes(name));
  return unknown.map((name) => {
    const hint = suggest(name, known) ?? (known.length > 0 ? `its inputs are ${known.join(", ")}` : undefined);
    return inputIssue(name, `the definition has no input "${name}"`, hint);
  });
}

/** The values with every picture decoded. */
async function withPictures(
  plan: Plan,
  values: Readonly<Record<string, unknown>>,
  issues: Issue[],
): Promise<Record<string, unknown>> {
  const given: Record<string, unknown> = { ...values };
  for (const { name, kinds } of plan.inputs) {
    const value = given[name];
    // Inputs that take other kinds as well get pictures as pixels or bytes only: a text may be one of those.
    const isOnly = kinds.length === 1 && kinds[0] === "image";
    if (!isOnly && !kinds.includes("*") && !kinds.includes("image")) continue;
    given[name] = await decoded(value, name, { input: name, issues, isOnly });
  }
  return given;
}

interface Decoding {
  input: string;
  issues: Issue[];
  isOnly: boolean;
}

async function decoded(value: unknown, id: string, decoding: Decoding): Promise<unknown> {
  if (value === undefined || value === null || isImage(value)) return value;
  if (Array.isArray(value)) return Promise.all(value.map((item, i) => decoded(item, `${id}.[${i}]`, decoding)));
  const { input, issues, isOnly } = decoding;
  const where = id.slice(input.length).replaceAll(".[", "[");
  if (isRaw(value)) {
    const { rgb, width, height } = value;
    if (rgb.length === width * height * 3) return pictureImage(rgb, { width, height }, id);
    const wanted = `expected ${width} x ${height} x 3`;
    issues.push(inputIssue(input, `input "${input}"${where} has ${rgb.length} bytes of pixels, ${wanted}`));
    return null;
  }
  if (!isOnly && !(value instanceof Uint8Array)) return value;
  try {
    return await readPicture(value, id);
  } catch (error) {
    issues.push(inputIssue(input, `input "${input}"${where} ${messageOf(error)}`));
    return null;
  }
}

function isRaw(value: unknown): value is RawPicture {
  return typeof value === "object" && value !== null && "rgb" in value && value.rgb instanceof Uint8Array;
}
