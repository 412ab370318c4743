import { BugError } from "../base/errors.ts";
import { steadyMs } from "../base/steady-clock.ts";
import type { Services } from "../blocks/contract/services.ts";
import { CORE } from "../blocks/registry/core.ts";
import { compile } from "../compiler/compile.ts";
import { frameImage } from "../daemon/input/frame-image.ts";
import { arenaPixels } from "../daemon/worker/arena-pixels.ts";
import { openCodeRuntime } from "../dynamic/runtime/code-runtime.ts";
import { servicesFrom } from "../effects/services-from.ts";
import { openGeneratedCompiler } from "../expansion/compile-generated.ts";
import { openLibrary } from "../expansion/open-library.ts";
import { openPlanRunner } from "../expansion/open-plan.ts";
import type { Detection, Detections } from "../kinds/detections.ts";
import { type FrameHandle, FULL_RGB, renditionKey } from "../kinds/frame.ts";
import type { Image } from "../kinds/image.ts";

const WIDTH = 1280;
const HEIGHT = 720;

/** A definition compiled and opened in this thread, as a workflow's own thread does it, on frames of 1280 x 720. */
export interface LocalPlan {
  /** Runs on one batch: a value of each input for each camera. */
  run: (inputs: Record<string, unknown[]>) => Promise<Record<string, unknown>[]>;
  /** The next frame of a camera. */
  image: (camera: number) => Image;
}

export function openLocalPlan(document: unknown, models: Services["models"] = NO_MODELS): LocalPlan {
  const arena = new SharedArrayBuffer(WIDTH * HEIGHT * 3);
  const library = openLibrary({ allowCode: true });
  const surroundings = {
    services: servicesFrom({ models, pixels: arenaPixels(arena) }, () => {}).services,
    runtime: openCodeRuntime({ stateDirectory: null, report: () => {} }),
    catalogued({ type }: { type: string }) {
      const block = CORE.catalogue.get(type);
      if (block === undefined) throw new BugError(`no block of type "${type}"`);
      return block;
    },
    initOf: () => ({}),
    compiler: openGeneratedCompiler(() => library),
    openModel: async () => {},
    expansions: new Map(),
  };
  const runner = openPlanRunner(compile(document, library), surroundings, { onError: "throw" });
  let sequence = 0;
  return {
    image: (camera) => frameImage(frameOf(`camera-${camera}`, ++sequence)),
    async run(inputs) {
      const [first = []] = Object.values(inputs);
      const sources = first.map((_, i) => `camera-${i}`);
      return (await runner.run({ sources, inputs, pictures: true })).rows;
    },
  };
}

const NO_MODELS: Services["models"] = {
  run: () => Promise.reject(new BugError("no model here")),
};

function frameOf(camera: string, sequence: number): FrameHandle {
  const { fit, pixelFormat } = FULL_RGB;
  const now = steadyMs();
  return {
    camera,
    sequence,
    pts: sequence / 30,
    timestamp: Date.now(),
    timestampSource: "arrival",
    clockS: now / 1000,
    startS: 0,
    decodedAt: now,
    width: WIDTH,
    height: HEIGHT,
    fps: 30,
    measuredFps: 30,
    renditions: [{ key: renditionKey(FULL_RGB), offset: 0, width: WIDTH, height: HEIGHT, fit, pixelFormat }],
    slot: 0,
  };
}

/** Objects side by side in rows of ten, all moved by so many pixels. */
export function detectionsOf(image: Image, count: number, moved = 0): Detections {
  const items = Array.from({ length: count }, (_, i): Detection => {
    const x = 20 + (i % 10) * 120 + moved;
    const y = 10 + Math.floor(i / 10) * 68;
    return {
      box: [x, y, x + 80, y + 60],
      // Models give numbers of 4 bytes.
      confidence: Math.fround(0.9 - i / 1000),
      class: "person",
      classId: 0,
      detectionId: `${image.parentId}-${i}`,
    };
  });
  const { width, height, parentId, parent, root } = image;
  return { kind: "detections", items, width, height, parentId, parent, root };
}
