import { StepError } from "../base/errors.ts";
import type { CloudProvider, ModelAnswer, Services } from "../blocks/contract/services.ts";
import { directKernels } from "../blocks/direct-kernels.ts";
import { openFonts } from "../effects/fonts.ts";
import type { Image } from "../kinds/image.ts";
import { maskOf } from "../kinds/mask.ts";
import type { ModelTasks, TaskName, TaskReply } from "../kinds/model-task.ts";

/** Services that answer well without models, network or disk. */
export interface StandIns {
  /** One of each; a test may replace some of them. */
  services: Services;
  /** Resolves when the work that blocks started in the background has ended, well or not. */
  idle: () => Promise<void>;
}

/** Every service a block may need, answering well without models, network or disk. */
export function standInServices(): StandIns {
  const running: Promise<void>[] = [];
  let ids = 0;
  const services: Services = {
    models: { run: async (task, _, items) => items.map(() => answerTo(task)) },
    pixels: {
      view: (image) => ({ rgb: rgbOf(image), stride: image.width * 3, width: image.width, height: image.height }),
      copy: (image) => rgbOf(image).slice(),
    },
    kernels: directKernels,
    http: { send: async () => ({ status: 200, text: "{}" }) },
    files: { append: async () => {}, write: async () => {} },
    fonts: openFonts({}),
    mail: { send: async () => {} },
    mqtt: { publish: async () => {} },
    language: { ask: async () => ({ text: "a car", thinking: "", inputTokens: 5, outputTokens: 2 }) },
    cloud: { ask: async ({ provider }) => CLOUD[provider] },
    background: { isOff: false, start: (_, work) => running.push(work()) > 0, attend: async (_, work) => work() },
    environment: { secret: () => "secret", address: (_, usual) => usual, keepSecret: () => {} },
    ids: { uuid: () => `00000000-0000-4000-8000-${String(ids++).padStart(12, "0")}` },
    time: { steadyMs: () => 0, now: () => new Date(NOW) },
  };
  return { services, idle: async () => void (await Promise.allSettled(running)) };
}

/** One white pixel as PNG. */
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC";
const CLOUD: Readonly<Record<CloudProvider, Record<string, unknown>>> = {
  google_vision: { responses: [{ textAnnotations: [{ description: "EXIT", locale: "en" }, { description: "EXIT" }] }] },
  stability_ai: { image: PIXEL, finish_reason: "SUCCESS" },
};

const NOW = 1_700_000_000_000;

function answerTo<T extends TaskName>(task: T): ModelAnswer<T> {
  return { reply: REPLIES[task]() as TaskReply<T>, classes: ["person", "car"], points: [["nose", "tail"]] };
}

const rows = () => Float32Array.of(4, 4, 24, 30, 0.9, 0, 20, 16, 44, 40, 0.8, 1);
const square = (x: number, y: number) => maskOf(new Uint8Array(64).fill(1), { x, y, width: 8, height: 8 });

const REPLIES: { readonly [T in TaskName]: () => ModelTasks[T]["reply"] } = {
  detect: () => ({ rows: rows() }),
  detect_named: () => ({ rows: rows() }),
  segment: () => ({ rows: rows(), masks: [square(8, 8), square(24, 20)] }),
  keypoints: () => ({ rows: rows(), points: Float32Array.of(10, 10, 0.9, 20, 20, 0.8, 30, 20, 0.7, 40, 36, 0.6) }),
  semantic: () => ({ rows: rows(), masks: [square(8, 8), square(24, 20)] }),
  classify: () => ({ scores: Float32Array.of(0.75, 0.25) }),
  classify_multi_label: () => ({ scores: Float32Array.of(0.75, 0.25) }),
  embed: () => ({ vector: Float32Array.of(3, 4) }),
  features: () => ({ vector: Float32Array.of(1, 2, 3), space: "space" }),
  anomaly: () => ({
    score: 0.7,
    threshold: 0.5,
    scale: 0.05,
    map: { width: 2, height: 1, values: Float32Array.of(0.1, 0.7) },
  }),
  embed_text: () => ({ vector: Float32Array.of(4, 3) }),
  depth: () => ({ width: 2, height: 1, values: Float32Array.of(1, 2), larger: "nearer" }),
  gaze: () => ({ yaw: 0.5, pitch: -0.25 }),
  text_detection: () => ({ corners: Float32Array.of(4, 4, 24, 4, 24, 12, 4, 12), scores: Float32Array.of(0.9) }),
  ocr: () => ({ text: "EXIT", confidence: 0.9 }),
  prompted: () => ({ rows: rows(), masks: [square(8, 8), square(24, 20)] }),
};

function rgbOf({ pixels }: Image): Uint8Array {
  if (pixels.type !== "owned") throw new StepError("STEP_FAILED", "the image is not one of the test's");
  return pixels.rgb;
}
