import type { Block, Context } from "../../src/blocks/contract/block.ts";
import type { Detection, Detections } from "../../src/kinds/detections.ts";
import type { Image } from "../../src/kinds/image.ts";
import { testServices } from "../helpers/no-services.ts";

type Values = Readonly<Record<string, unknown>>;

/** A step with its literal properties; each call brings the data of one element of one source. */
export function openStep(block: Block, literals: Values): (data: Values, source?: string) => unknown {
  const parsed: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(block.schema.shape)) {
    const value = schema.safeParse(literals[name]);
    if (name in literals && !value.success) throw value.error;
    if (value.success && value.data !== undefined) parsed[name] = value.data;
  }
  const prepared = block.prepare?.(parsed);
  const states = new Map<string, unknown>();
  return (data, source = "") => {
    if (!states.has(source)) states.set(source, block.state?.());
    const context: Context = {
      step: "step",
      source,
      state: states.get(source),
      prepared,
      init: {},
      services: testServices({}),
    };
    return block.run?.({ ...parsed, ...data }, context);
  };
}

export function detection(values: Partial<Detection> = {}): Detection {
  return { box: [0, 0, 10, 20], confidence: 0.5, class: "car", classId: 2, detectionId: "d1", ...values };
}

export function detectionsOf(...items: Detection[]): Detections {
  const root = { id: "camera", width: 640, height: 480, offsetX: 0, offsetY: 0 };
  return { kind: "detections", items, width: 640, height: 480, parentId: "camera", parent: null, root };
}

export function imageOf(values: Partial<Image> = {}): Image {
  const root = { id: "camera", width: 4, height: 2, offsetX: 0, offsetY: 0 };
  const pixels = { type: "owned", rgb: new Uint8Array(24), width: 4, height: 2 } as const;
  return { kind: "image", width: 4, height: 2, pixels, parentId: "camera", parent: null, root, video: null, ...values };
}
