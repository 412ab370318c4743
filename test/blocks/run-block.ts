import type { Block, Outputs } from "../../src/blocks/contract/block.ts";
import { BlockStep } from "../../src/kit/block-step.ts";
import { testServices } from "../helpers/no-services.ts";

/** Properties of a step: literals as a user writes them, and values of kinds where a selector would stand. */
export type Values = Readonly<Record<string, unknown>>;

/** Runs a block that answers at once as one step would be run on one element, in state kept from call to call. */
export class Step {
  readonly #step: BlockStep;

  constructor(block: Block) {
    this.#step = new BlockStep(block, { services });
  }

  run(values: Values, source = "camera"): Outputs {
    return this.#step.call(values, source) as Outputs;
  }

  /** For a block that makes several elements of one. */
  runList(values: Values, source = "camera"): Outputs[] {
    return this.#step.call(values, source) as Outputs[];
  }

  state(source = "camera"): unknown {
    return this.#step.state(source);
  }
}

/** One call of a step that keeps no state. */
export function runBlock(block: Block, values: Values): Outputs {
  return new Step(block).run(values);
}

/** The same of a block that answers later. */
export async function askBlock(block: Block, values: Values): Promise<Outputs> {
  return new Step(block).run(values);
}

const { pixels: _, ...services } = testServices({
  models: {
    run() {
      throw new Error("no models in this test");
    },
  },
});
