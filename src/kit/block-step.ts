import { MillraceError, messageOf } from "../base/errors.ts";
import type { Block, Context, Outputs } from "../blocks/contract/block.ts";
import type { Services } from "../blocks/contract/services.ts";
import { type StandIns, standInServices } from "./stand-in-services.ts";

/** What a step of a test finds around it. */
export interface BlockStepSettings {
  /** Services in place of the stand-ins, which answer without models, network or disk. */
  services?: Partial<Services>;
  /** Initialisation parameters that the block asks for, by name. */
  init?: Readonly<Record<string, unknown>>;
}

/** One block as a step of a workflow: literal properties are read by its schema, and state is kept from call to call, for each source. */
export class BlockStep {
  readonly #block: Block;
  readonly #states = new Map<string, unknown>();
  readonly #standIns: StandIns;
  readonly #services: Services;
  readonly #init: Readonly<Record<string, unknown>>;
  #prepared: unknown;

  constructor(block: Block, { services = {}, init = {} }: BlockStepSettings = {}) {
    this.#block = block;
    this.#standIns = standInServices();
    this.#services = { ...this.#standIns.services, ...services };
    this.#init = init;
  }

  /**
   * One call for one element: properties by their names, literals as a definition has them and values of kinds where a selector would be.
   * `source` is the camera, whose state the call finds. Gives the outputs. What the block throws is thrown; a literal that its schema
   * refuses is a `MillraceError` with the code `KIT_PROPERTY`.
   */
  async run(values: Readonly<Record<string, unknown>>, source = "camera"): Promise<Outputs> {
    return (await this.call(values, source)) as Outputs;
  }

  /** The same for a block with `outputOffset` 1, which makes several elements of one. */
  async runList(values: Readonly<Record<string, unknown>>, source = "camera"): Promise<Outputs[]> {
    return (await this.call(values, source)) as Outputs[];
  }

  /** What the block answered: its outputs, or a promise of them. */
  call(values: Readonly<Record<string, unknown>>, source = "camera"): unknown {
    const { state, run, runMany } = this.#block;
    if (!this.#states.has(source)) this.#states.set(source, state?.());
    const inputs = inputsOf(this.#block, values);
    this.#prepared ??= this.#block.prepare?.(inputs);
    const context: Context = {
      step: "step",
      source,
      state: this.#states.get(source),
      prepared: this.#prepared,
      init: this.#init,
      services: this.#services,
    };
    if (run !== null) return run(inputs, context);
    const results = runMany?.([inputs], [context]);
    return results instanceof Promise ? results.then(first) : first(results);
  }

  /** The state for a source as the last call left it; undefined before the first, and for blocks without state. */
  state(source = "camera"): unknown {
    return this.#states.get(source);
  }

  /** Resolves when the work that the block started in the background has ended. */
  idle(): Promise<void> {
    return this.#standIns.idle();
  }
}

function first(results: unknown): unknown {
  return Array.isArray(results) ? results[0] : results;
}

function inputsOf(block: Block, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(block.schema.shape)) {
    if (name === "type" || name === "name") continue;
    const value = values[name];
    if (isFlowing(value)) {
      inputs[name] = value;
      continue;
    }
    const parsed = schema.safeParse(value);
    const port = block.ports[name];
    if (parsed.success) inputs[name] = parsed.data;
    else if (port !== undefined && port.literal === null && value !== undefined) inputs[name] = value;
    else throw new MillraceError("KIT_PROPERTY", `property "${name}" of ${block.type}: ${messageOf(parsed.error)}`);
  }
  return inputs;
}

/** Values of kinds are objects. */
function isFlowing(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
