import { z } from "zod";
import { StepError } from "../base/errors.ts";
import type { Block, Context } from "../blocks/contract/block.ts";
import { defineBlock } from "../blocks/contract/block.ts";
import { CODE_LIMITS, type ExpansionOutput } from "../blocks/contract/code.ts";
import { refTo } from "../blocks/contract/fields.ts";
import type { DynamicSubworkflow, PlanStep } from "../compiler/plan.ts";
import { DynamicWorkflowDefinition } from "../definition/dynamic-workflow.ts";
import type { Answer } from "../expansion/expander.ts";
import { expanderError } from "../expansion/expander.ts";
import type { GeneratedWorkflow } from "../expansion/generated.ts";
import { openExpander } from "../expansion/run-expansion.ts";
import { opensInPlace } from "../expansion/subworkflow-host.ts";
import type { KindName, Kinds } from "../kinds/kinds.ts";
import type { DeclaredOutput, InputKinds, KindOf, OutputKinds, ValuesOf } from "./kind.ts";
import { ownerOf, Pipeline, withMostSteps } from "./pipeline.ts";
import { isPromised, promisedIn } from "./promised.ts";
import { DynamicRunner, type DynamicWorkflowResult, type RunSettings } from "./run-dynamic.ts";
import { writeGenerated } from "./write-generated.ts";

/** Values instead of a workflow. */
export interface Direct {
  type: "DirectResult";
  values: unknown;
}

/** Says that a value is the result itself, whatever it looks like. */
export function direct(values: unknown): Direct {
  return { type: "DirectResult", values };
}

type Limits = Partial<{
  maxSteps: number;
  maxDepth: number;
  maxExpansions: number;
  maxFrameSteps: number;
  maxPlans: number;
  expandMs: number;
  compileMs: number;
  runMs: number;
}>;

/** Name, inputs and outputs of a step that makes workflows, and its bounds. */
export interface DynamicDeclaration<I extends InputKinds, O extends OutputKinds> {
  /** Name of the step. */
  name: string;
  /** Kinds of inputs by name. */
  inputs: I;
  /** Kinds of outputs by name; with `offset: 1` for a list of values. */
  outputs: O;
  /** Types of the blocks that its workflows may use, beside functions; all by default. */
  uses?: readonly (string | Block)[];
  /** Bounds of what it makes; milliseconds where the name ends with Ms. */
  limits?: Limits;
  /** Whether its workflows may use the step itself; false by default. */
  recursive?: boolean;
  /** What the failure of one step does to the others of its workflow; `fail_fast` by default. */
  failurePolicy?: "fail_fast" | "run_to_completion";
}

/** What the function learns beside its inputs. */
export interface DynamicContext {
  /** Name of the step. */
  step: string;
  /** Camera that the element belongs to, "" for none. */
  source: string;
}

/** Values of the declared outputs. */
type ResultsOf<O extends OutputKinds> = {
  readonly [P in keyof O]: O[P] extends { offset: 1 }
    ? Kinds[KindOf<O[P]> & KindName][]
    : Kinds[KindOf<O[P]> & KindName];
};

type Build<I extends InputKinds> = (context: DynamicContext, inputs: ValuesOf<I>) => unknown;

/** A step that makes workflows with a function of this process. */
export class Dynamic<I extends InputKinds = InputKinds, O extends OutputKinds = OutputKinds> {
  /** Name of the step. */
  readonly name: string;
  /** As it was declared. */
  readonly declaration: DynamicDeclaration<I, O>;
  readonly #build: Build<I>;
  #block: Block | null = null;
  #runner: DynamicRunner<ResultsOf<O>> | null = null;

  constructor(declaration: DynamicDeclaration<I, O>, build: Build<I>) {
    this.name = declaration.name;
    this.declaration = declaration;
    this.#build = build;
  }

  /** What the function returns for these inputs: a workflow that has not run, or a value. */
  expand(inputs: ValuesOf<I>, context: DynamicContext = { step: this.name, source: "" }): unknown {
    for (const name of Object.keys(this.declaration.inputs)) {
      if (!Object.hasOwn(inputs, name)) throw new StepError("DYN003", `"${this.name}" lacks its input "${name}"`);
    }
    const built = withMostSteps(this.declaration.limits?.maxSteps, () => this.#build(context, inputs));
    return this.#promised(built) ?? built;
  }

  /** What steps will give may be returned itself: the one output, or all by name. */
  #promised(built: unknown): Pipeline | null {
    if (!isPromised(built) && (built instanceof Pipeline || isDirect(built))) return null;
    const [first] = promisedIn(built);
    const owner = first === undefined ? undefined : ownerOf(first);
    if (owner === undefined) return null;
    const [only, ...others] = Object.keys(this.declaration.outputs);
    if (!isPromised(built)) return owner.outputs(built as Readonly<Record<string, unknown>>);
    if (only !== undefined && others.length === 0) return owner.outputs({ [only]: built });
    throw new StepError(
      "DYN002",
      `"${this.name}" returned one promise for the outputs ${[only, ...others].join(", ")}`,
    );
  }

  /** The same as JSON; a value stays what it is. */
  generate(inputs: ValuesOf<I>, context?: DynamicContext): GeneratedWorkflow | Direct {
    const found = this.expand(inputs, context);
    if (found instanceof Promise) {
      found.catch(() => {});
      throw new StepError(
        "DYN002",
        `"${this.name}" is an async function; build the workflow at once, and let its steps wait`,
      );
    }
    const outputs = this.outputs();
    if (!(found instanceof Pipeline)) return { type: "DirectResult", values: isDirect(found) ? found.values : found };
    const optional = outputs.filter((output) => output.optional).map(({ name }) => name);
    const wanted = outputs.map(({ name }) => name).filter((name) => !optional.includes(name));
    return writeGenerated(found, { inputs, outputs: wanted });
  }

  /** Runs the step by itself; compiled workflows and state stay from call to call, for all of the default settings. */
  run(inputs: ValuesOf<I>, settings?: RunSettings): Promise<DynamicWorkflowResult<ResultsOf<O>>> {
    if (settings !== undefined) return this.open(settings).run(inputs);
    this.#runner ??= this.open();
    return this.#runner.run(inputs);
  }

  /** Opens the step with compiled workflows and state of its own. */
  open(settings: RunSettings = {}): DynamicRunner<ResultsOf<O>> {
    return new DynamicRunner(this.block(), settings);
  }

  /** As a block: other workflows, and packages of blocks, may use it. */
  block(): Block {
    this.#block ??= opensInPlace(this.#shell(), (step, host) => {
      const expand = async (elements: readonly Record<string, unknown>[], contexts: readonly Context[]) =>
        elements.map((element, i) => this.#answer(element, contexts[i] as Context));
      return { ...openExpander(step, this.#subworkflow(step), { host, expand }), acceptsEmpty: true };
    });
    return this.#block;
  }

  /** The declared outputs with their kinds and depths. */
  outputs(): ExpansionOutput[] {
    return Object.entries(this.declaration.outputs).map(([name, declared]) => {
      const output: DeclaredOutput = typeof declared === "string" ? { kind: declared } : declared;
      const { offset = 0, optional = false } = output;
      return { name, kinds: [output.kind], offset, nesting: output.nesting ?? null, optional };
    });
  }

  #answer(element: Record<string, unknown>, { step, source }: Context): Answer {
    const startedAt = performance.now();
    try {
      const value = this.generate(element as ValuesOf<I>, { step, source });
      return { value, expandMs: performance.now() - startedAt };
    } catch (error) {
      return { error: expanderError(error), expandMs: performance.now() - startedAt };
    }
  }

  #shell(): Block {
    const { inputs } = this.declaration;
    const fields = Object.entries(inputs).map(([name, of]) => [name, refTo([of], z.unknown()).optional()] as const);
    const outputs = this.outputs();
    const block = defineBlock({
      type: `dynamic/${this.name.replace(/[^\w-]/g, "_")}@v1`,
      summary: `Makes workflows with the function ${this.name}.`,
      inputs: z.object(Object.fromEntries(fields)),
      outputs: {
        ...Object.fromEntries(outputs.map(({ name, kinds }) => [name, kinds as KindName[]])),
        result: "dictionary",
      },
      acceptsEmpty: true,
      sink: true,
      example: {},
      runMany: () => {
        throw new StepError("STEP_FAILED", "a dynamic step was opened without its place");
      },
    });
    const nested = outputs.filter(({ offset }) => offset === 1);
    const nesting = Object.fromEntries(nested.map(({ name, nesting: group }) => [name, [group ?? `.${name}`]]));
    return { ...block, nesting, stateful: true };
  }

  #subworkflow({ bindings, literals }: PlanStep): DynamicSubworkflow {
    const { declaration } = this;
    const depths = { scalar: 0, element: 1, children: 2, repeated: 0 } as const;
    const names = Object.keys(declaration.inputs).filter(
      (name) => bindings.some(({ property }) => property === name) || Object.hasOwn(literals, name),
    );
    return {
      type: "dynamic",
      inputs: names.map((name) => {
        const reach = bindings.find(({ property }) => property === name)?.reach ?? "scalar";
        return { name, kinds: [declaration.inputs[name] ?? "*"], depth: depths[reach] };
      }),
      outputs: this.outputs(),
      settings: settingsOf(declaration),
      preload: [],
      definitions: [],
      code: { mode: "local", python: "python3", callMs: CODE_LIMITS.callMs },
    };
  }
}

/** Declares a step that makes workflows. */
export function dynamic<const I extends InputKinds, const O extends OutputKinds>(
  declaration: DynamicDeclaration<I, O>,
  build: Build<I>,
): Dynamic<I, O> {
  return new Dynamic(declaration, build);
}

function isDirect(value: unknown): value is Direct {
  return typeof value === "object" && value !== null && (value as { type?: unknown }).type === "DirectResult";
}

function settingsOf({
  uses,
  limits = {},
  recursive = false,
  failurePolicy = "fail_fast",
}: DynamicDeclaration<InputKinds, OutputKinds>): DynamicSubworkflow["settings"] {
  const bounds = boundsOf(limits);
  return {
    expandsWith: uses === undefined ? null : uses.map((use) => (typeof use === "string" ? use : use.type)),
    recursive,
    onCold: "wait",
    failure: failurePolicy,
    emitSubPipeline: "always",
    limits: {
      steps: bounds.max_steps,
      depth: bounds.max_depth,
      expansions: bounds.max_expansions,
      frameSteps: bounds.max_frame_steps,
      literalBytes: bounds.max_literal_bytes,
      plans: bounds.max_plans,
      expandMs: bounds.expand_ms,
      compileMs: bounds.compile_ms,
      runMs: bounds.run_ms,
    },
  };
}

/** The limits in the words of definitions, within what definitions may ask for; throws `DYN006`. */
function boundsOf(limits: Limits): DynamicWorkflowDefinition["limits"] {
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  const written = given.map(([name, value]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]);
  const { data, error } = DynamicWorkflowDefinition().shape.limits.safeParse(Object.fromEntries(written));
  if (data !== undefined) return data;
  const what = error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
  throw new StepError("DYN006", `"limits" cannot be set so: ${what}`);
}
