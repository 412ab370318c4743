import type { Context } from "../blocks/contract/block.ts";
import { type BlockCode, CODE_LIMITS } from "../blocks/contract/code.ts";
import { openInstances } from "../dynamic/code/code-calls.ts";
import { openCodeRuntime } from "../dynamic/runtime/code-runtime.ts";
import { servicesFrom } from "../effects/services-from.ts";
import type { Image } from "../kinds/image.ts";
import type { PixelService } from "../kinds/pixel-service.ts";

/** A code block in a process of its own. */
export interface ProcessBlock {
  call: (inputs: Record<string, unknown>) => Promise<unknown>;
  close: () => Promise<void>;
}

type Code = Pick<BlockCode, "language" | "mode" | "source"> & Partial<Pick<BlockCode, "python">>;

/** Starts the process of a block. */
export function openProcessBlock(code: Code, callMs: number): ProcessBlock {
  const runtime = openCodeRuntime({ stateDirectory: null, report: () => {} });
  const block = openInstances(
    { ...CODE, ...code, limits: { ...CODE_LIMITS, callMs, initMs: 60_000 } },
    { step: "s", runtime },
  )("");
  return { call: async (inputs) => block.call(inputs, CONTEXT, ["camera"]), close: () => runtime.close() };
}

/** A picture with pixels of its own of one mebibyte. */
export function mebibytePicture(): Image {
  const [width, height] = [683, 512];
  const rgb = new Uint8Array(new SharedArrayBuffer(3 * width * height));
  const root = { id: "camera", width, height, offsetX: 0, offsetY: 0 };
  const pixels = { type: "owned", rgb, width, height } as const;
  return { kind: "image", width, height, pixels, parentId: "camera", parent: null, root, video: null };
}

const CODE: Omit<BlockCode, "language" | "mode" | "source" | "limits"> = {
  python: "python3",
  blockType: "Bench",
  initSource: null,
  runName: "run",
  initName: "init",
  imports: [],
  hash: "bench",
  stateScope: "step",
  persist: null,
  outputs: [],
  outputOffset: 0,
  batches: null,
  acceptsEmpty: false,
  onError: "fail",
};

const ownPixels: PixelService = {
  view({ pixels, width, height }) {
    return { rgb: pixels.type === "owned" ? pixels.rgb : new Uint8Array(), stride: 3 * width, width, height };
  },
  copy: ({ pixels }) => (pixels.type === "owned" ? pixels.rgb.slice() : new Uint8Array()),
};

const CONTEXT: Context = {
  step: "s",
  source: "camera",
  state: undefined,
  prepared: undefined,
  init: {},
  services: servicesFrom({ pixels: ownPixels }, () => {}).services,
};
