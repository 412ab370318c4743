import type { Block, Context, Outputs } from "../../../src/blocks/contract/block.ts";
import type { ModelAnswer, ModelService } from "../../../src/blocks/contract/services.ts";
import type { PixelService } from "../../../src/kinds/pixel-service.ts";
import { testServices } from "../../helpers/no-services.ts";
import { inputsOf } from "../inputs-of.ts";

/** What a block asked a model. */
interface Asked {
  task: string;
  model: string;
  items: readonly unknown[];
  parameters: unknown;
}

type Answer = Partial<Pick<ModelAnswer<never>, "classes" | "points" | "recommended">> & { reply: object };

/** Runs a block on one element with models that serve the tasks, any by default; each item of every question has the answer, or the one of its place in the question. */
export async function askBlock(
  block: Block,
  values: Readonly<Record<string, unknown>>,
  answer: Answer | ((asked: Asked, item: number) => Answer),
  served?: readonly string[],
): Promise<{ outputs: Outputs; asked: Asked[] }> {
  const asked: Asked[] = [];
  const answerTo = (question: Asked, item: number) => (typeof answer === "function" ? answer(question, item) : answer);
  const models: ModelService = {
    serves: (task) => served?.includes(task) ?? true,
    run: async (task, model, items, parameters) => {
      const question = { task, model, items, parameters };
      asked.push(question);
      return items.map((_, i) => ({ classes: [], ...answerTo(question, i) }) as never);
    },
  };
  let count = 0;
  const services = { ...testServices({ models, pixels }), ids: { uuid: () => `id-${count++}` } };
  const context: Context = { step: "step", source: "gate", state: undefined, prepared: undefined, init: {}, services };
  const inputs = inputsOf(block, values);
  const run = block.runMany ?? ((elements, contexts) => Promise.all([block.run?.(elements[0] ?? {}, contexts[0]!)]));
  const [outputs] = (await run([inputs], [context])) as Outputs[];
  return { outputs: outputs ?? {}, asked };
}

const pixels: PixelService = {
  view: ({ pixels: own, width, height }) => ({ rgb: rgbOf(own), stride: width * 3, width, height }),
  copy: ({ pixels: own }) => rgbOf(own).slice(),
};

function rgbOf(own: { type: string; rgb?: Uint8Array }): Uint8Array {
  if (own.rgb === undefined) throw new Error("only pictures that own their pixels");
  return own.rgb;
}
