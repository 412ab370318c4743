import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Context } from "../../src/blocks/contract/block.ts";
import { type BlockCode, CODE_LIMITS } from "../../src/blocks/contract/code.ts";
import { namespaceOf, openInstances } from "../../src/dynamic/code/code-calls.ts";
import { type CodeEvent, openCodeRuntime } from "../../src/dynamic/runtime/code-runtime.ts";
import type { Detection, Detections } from "../../src/kinds/detections.ts";
import type { Image } from "../../src/kinds/image.ts";
import type { PixelService } from "../../src/kinds/pixel-service.ts";
import { testServices } from "../helpers/no-services.ts";

export interface BlockPlace {
  /** Where state is kept; nowhere by default. */
  stateDirectory?: string;
}

export interface OpenBlock {
  /** Writes what is to be kept and ends the process. */
  close: () => Promise<void>;
  /** One call of `run` for a camera, "door" unless told otherwise. */
  call: (inputs?: Record<string, unknown>, source?: string) => Promise<unknown>;
  events: CodeEvent[];
}

let count = 0;

/** Opens a block from its source as a step does, and ends its process with the test. */
export function openBlock(
  source: string,
  more: Partial<BlockCode> = {},
  { stateDirectory }: BlockPlace = {},
): OpenBlock {
  const events: CodeEvent[] = [];
  const runtime = openCodeRuntime({ stateDirectory: stateDirectory ?? null, report: (event) => events.push(event) });
  onTestFinished(() => runtime.close());
  const code = { ...CODE, hash: `code ${++count}`, source, ...more };
  const instanceOf = openInstances(code, { step: "s", runtime });
  const call = async (inputs: Record<string, unknown> = {}, camera = "door") =>
    instanceOf(namespaceOf(code, contextOf(camera))).call(inputs, contextOf(camera), [camera]);
  return { call, events, close: () => runtime.close() };
}

const CODE: BlockCode = {
  language: "python",
  mode: "local",
  python: "python3",
  blockType: "Code",
  source: "",
  initSource: null,
  runName: "run",
  initName: "init",
  imports: [],
  hash: "",
  stateScope: "step",
  persist: null,
  // Machines under test are slow at times.
  limits: { ...CODE_LIMITS, callMs: 10_000, initMs: 60_000 },
  outputs: ["out"],
  outputOffset: 0,
  batches: null,
  acceptsEmpty: false,
  onError: "fail",
};

export const LIMITS = CODE.limits;

function contextOf(source: string): Context {
  const services = testServices({ pixels: ownPixels });
  return { step: "s", source, state: undefined, prepared: undefined, init: {}, services };
}

/** Of pictures whose pixels are their own. */
export const ownPixels: PixelService = {
  view({ pixels, width, height }) {
    return { rgb: pixels.type === "owned" ? pixels.rgb : new Uint8Array(), stride: 3 * width, width, height };
  },
  copy: ({ pixels }) => (pixels.type === "owned" ? pixels.rgb.slice() : new Uint8Array()),
};

/** A Python that has numpy but not supervision, or neither; null where there is none. */
export function findPythonCommand(hasNumpy: boolean): string | null {
  const has = { numpy: hasNumpy, supervision: false };
  return pythonWith(has) ?? (hasNumpy ? pythonWith({ numpy: true }) : null);
}

/** A Python that has the package supervision: the one that MILLRACE_TEST_PYTHON names, or one of the path; null where there is none. */
export function findSupervisionPython(): string | null {
  return pythonWith({ numpy: true, supervision: true }, /^python3(\.\d+)?$/);
}

function pythonWith(has: Record<string, boolean>, name = /^python3$/): string | null {
  const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/bin", "/usr/local/bin"];
  const given = process.env["MILLRACE_TEST_PYTHON"] ?? "";
  const found = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => {
      return readdirSync(folder)
        .filter((file) => name.test(file))
        .map((file) => join(folder, file));
    });
  const candidates = [given, ...found].filter((path) => existsSync(path));
  const question = `import importlib.util as u, sys; print(sys.executable); sys.exit(any((u.find_spec(name) is not None) != wanted for name, wanted in ${pythonPairs(has)}))`;
  for (const command of new Set(candidates)) {
    const { status, stdout } = spawnSync(command, ["-c", question], { encoding: "utf8" });
    if (status === 0) return stdout.trim();
  }
  return null;
}

function pythonPairs(has: Record<string, boolean>): string {
  return JSON.stringify(Object.entries(has).map(([name, wanted]) => [name, Number(wanted)]));
}

export function picture(width: number, height: number, first = 0): Image {
  const rgb = new Uint8Array(3 * width * height).map((_, i) => (first + i) % 251);
  const root = { id: "door", width, height, offsetX: 0, offsetY: 0 };
  const pixels = { type: "owned", rgb, width, height } as const;
  return { kind: "image", width, height, pixels, parentId: "door", parent: null, root, video: VIDEO };
}

const VIDEO = {
  videoIdentifier: "door",
  frameNumber: 3,
  frameTimestamp: 1_700_000_000_000,
  fps: 25,
  measuredFps: null,
  comesFromVideoFile: false,
};

export function detections(items: readonly Partial<Detection>[]): Detections {
  return {
    kind: "detections",
    items: items.map((item, i) => ({
      box: [0, 0, 10, 10],
      confidence: 0.5,
      class: "dog",
      classId: 0,
      detectionId: `id-${i}`,
      ...item,
    })),
    width: 640,
    height: 480,
    parentId: "door",
    parent: null,
    root: { id: "door", width: 640, height: 480, offsetX: 0, offsetY: 0 },
  };
}

/** Waits until it holds. */
export async function until(holds: () => boolean, limitMs = 30_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error("it did not come about");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
