import type { Block, Context, Outputs } from "../../src/blocks/contract/block.ts";
import type { Image } from "../../src/kinds/image.ts";
import type { PixelService } from "../../src/kinds/pixel-service.ts";
import { testServices } from "../helpers/no-services.ts";

/** Properties of a step: literals as a user writes them, and values of kinds where a selector would stand. */
export type Values = Readonly<Record<string, unknown>>;

/** Runs a block as one step would be run on one element, in state kept from call to call. */
export class Step {
  private readonly block: Block;
  private readonly states = new Map<string, unknown>();
  private prepared: unknown;

  constructor(block: Block) {
    this.block = block;
  }

  run(values: Values, source = "camera"): Outputs {
    return this.call(values, source) as Outputs;
  }

  /** For a block that makes several elements of one. */
  runList(values: Values, source = "camera"): Outputs[] {
    return this.call(values, source) as Outputs[];
  }

  private call(values: Values, source: string): unknown {
    if (!this.states.has(source)) this.states.set(source, this.block.state?.());
    const inputs = inputsOf(this.block, values);
    this.prepared ??= this.block.prepare?.(inputs);
    const context: Context = {
      step: "step",
      source,
      state: this.states.get(source),
      prepared: this.prepared,
      init: {},
      services,
    };
    return this.block.run?.(inputs, context);
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

function inputsOf(block: Block, values: Values): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(block.schema.shape)) {
    if (name === "type" || name === "name") continue;
    inputs[name] = isFlowing(values[name]) ? values[name] : schema.parse(values[name]);
  }
  return inputs;
}

/** Values of kinds are objects, which no literal of the blocks under test is. */
function isFlowing(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const pixels: PixelService = {
  view: (image) => ({ rgb: rgbOf(image), stride: image.width * 3, width: image.width, height: image.height }),
  copy: (image) => rgbOf(image).slice(),
};

const services = testServices({
  pixels,
  models: {
    run() {
      throw new Error("no models in this test");
    },
  },
});

function rgbOf(image: Image): Uint8Array {
  if (image.pixels.type !== "owned") throw new Error("only pictures that own their pixels");
  return image.pixels.rgb;
}
