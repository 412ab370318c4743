import { onTestFinished } from "vitest";
import type { Block, Context, Outputs } from "../../../src/blocks/contract/block.ts";
import type { EffectEvent, FilesDeleted, Services } from "../../../src/blocks/contract/services.ts";
import { directKernels } from "../../../src/blocks/direct-kernels.ts";
import { ANY_FOLDER, openEffects } from "../../../src/effects/open-effects.ts";
import type { Image } from "../../../src/kinds/image.ts";
import type { PixelService } from "../../../src/kinds/pixel-service.ts";
import { inputsOf } from "../inputs-of.ts";

interface Surroundings {
  /** Variables of the environment. */
  variables?: NodeJS.ProcessEnv;
  disableSinks?: boolean;
}

/** A step of a sink with the effects of a daemon; `fire_and_forget` is off unless a test turns it on. */
export function openSink(
  block: Block,
  literals: Readonly<Record<string, unknown>>,
  { variables = {}, disableSinks = false }: Surroundings = {},
) {
  const events: (EffectEvent | FilesDeleted)[] = [];
  const effects = openEffects({ files: ANY_FOLDER, report: (event) => events.push(event), variables, disableSinks });
  onTestFinished(() => effects.close());
  const services: Services = { ...effects.services, models: NO_MODELS, pixels, kernels: directKernels };
  const parsed = inputsOf(block, { fire_and_forget: false, ...literals });
  const prepared = block.prepare?.(parsed);
  const context: Context = { step: "s", source: "gate", state: block.state?.(), prepared, init: {}, services };
  return {
    events,
    idle: effects.idle,
    run: async (data: Readonly<Record<string, unknown>> = {}) =>
      (await block.run?.({ ...parsed, ...data }, context)) as Outputs,
  };
}

/** A picture of one colour that owns its pixels. */
export function picture(width = 16, height = 8, level = 200): Image {
  const root = { id: "gate", width, height, offsetX: 0, offsetY: 0 };
  const rgb = new Uint8Array(3 * width * height).fill(level);
  return {
    kind: "image",
    width,
    height,
    pixels: { type: "owned", rgb, width, height },
    video: null,
    parentId: "gate",
    parent: null,
    root,
  };
}

const NO_MODELS: Services["models"] = { run: () => Promise.resolve([]) };

const pixels: PixelService = {
  view: (image) => ({ rgb: rgbOf(image), stride: image.width * 3, width: image.width, height: image.height }),
  copy: (image) => rgbOf(image).slice(),
};

function rgbOf({ pixels }: Image): Uint8Array {
  if (pixels.type !== "owned") throw new Error("only pictures that own their pixels");
  return pixels.rgb;
}
