import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { Health } from "../../src/daemon/report/statistics.ts";
import type { CameraSource } from "../../src/demo/camera-source.ts";
import { createScene } from "../../src/demo/scene.ts";
import { SHAPES, spawnMillrace } from "./cli.ts";

/** A line of the JSON log. */
export interface LogEntry {
  level: string;
  event: string;
  msg: string;
  [field: string]: unknown;
}

export interface TestDaemon {
  readonly pid: number;
  readonly config: string;
  /** Everything on standard error so far. */
  output(): string;
  log(event?: string): LogEntry[];
  /** Waits for an event in the log that satisfies the condition. */
  logged(event: string, condition?: (entry: LogEntry) => boolean): Promise<LogEntry>;
  /** Address of the live page. */
  url(): Promise<string>;
  health(): Promise<Health>;
  /** Waits until so many more frames of a camera have been published. */
  frames(camera: string, more: number): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Asks it to stop unless it has ended, and tells how it ended; kills it after 15 s, which shows as a signal. */
  stop(name?: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Resolves when it has ended by itself. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts `millrace start` on a config, given as an object, which lies at `path`. */
export async function startDaemon(
  path: string,
  config: object,
  env: NodeJS.ProcessEnv = {},
  flags: readonly string[] = [],
): Promise<TestDaemon> {
  await writeFile(path, JSON.stringify(config));
  const child = spawnMillrace(["start", "--config", path, ...flags], { env: { ...process.env, ...env } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const ended = once(child, "close").then(([code, signal]) => ({ code: code as number | null, signal }));
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  const log = (event?: string) => entriesOf(output).filter((entry) => event === undefined || entry.event === event);

  async function logged(event: string, condition: (entry: LogEntry) => boolean = () => true): Promise<LogEntry> {
    await within(
      () => isOver || log(event).some(condition),
      () => `"${event}" is in the log:\n${output.slice(-3000)}`,
    );
    const entry = log(event).find(condition);
    if (entry === undefined) throw new Error(`the daemon ended without "${event}":\n${output.slice(-3000)}`);
    return entry;
  }

  // Of the last daemon, if there were several one after the other.
  const url = async () => {
    await logged("http_listening");
    return log("http_listening").at(-1)?.["url"] as string;
  };
  const health = async () => (await (await fetch(`${await url()}health`)).json()) as Health;
  const published = async (camera: string) => (await health()).cameras[camera]?.published ?? 0;

  return {
    pid: child.pid ?? 0,
    config: path,
    output: () => output,
    log,
    logged,
    url,
    health,
    async frames(camera, more) {
      const goal = (await published(camera)) + more;
      await within(
        async () => (await published(camera)) >= goal,
        () => `${more} more frames of ${camera}:\n${output.slice(-3000)}`,
      );
    },
    signal: (name) => void child.kill(name),
    async stop(name = "SIGTERM") {
      if (!isOver) child.kill(name);
      const timer = setTimeout(() => child.kill("SIGKILL"), 15_000);
      const result = await ended;
      clearTimeout(timer);
      return result;
    },
    ended,
  };
}

/** Waits, at most `limitMs`, for a condition that has no event of its own. */
export async function within(condition: () => boolean | Promise<boolean>, what: () => string, limitMs = 60_000) {
  const limit = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > limit) throw new Error(`waited in vain until ${what()}`);
    await delay(20);
  }
}

function entriesOf(output: string): LogEntry[] {
  const lines = output.split("\n").filter((line) => line.startsWith("{") && line.endsWith("}"));
  return lines.map((line) => JSON.parse(line) as LogEntry);
}

/** Processes of a program among the descendants of a process. */
export function descendants(pid: number, program: string): number[] {
  const children = processes().filter(({ parent }) => parent === pid);
  return children.flatMap(({ pid: child, name }) => [
    ...(name === program ? [child] : []),
    ...descendants(child, program),
  ]);
}

export function isAlive(pid: number): boolean {
  return processes().some((found) => found.pid === pid && found.state !== "Z");
}

/** From /proc, where it is. */
function processes(): { pid: number; name: string; state: string; parent: number }[] {
  return readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    const [, name = "", state = "", parent = "0"] = /\((.*)\) (\S) (\d+)/.exec(statOf(entry)) ?? [];
    return [{ pid: Number(entry), name, state, parent: Number(parent) }];
  });
}

/** A process may end while it is looked at. */
function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return "";
  }
}

/** A small picture of the demo's scene, from which shapes are found and tracked. */
export function sceneSource(seed = 4242, fps = 10): CameraSource {
  const size = { width: 320, height: 180 };
  return { kind: "drawn", ...size, fps, draw: createScene({ seed, ...size }).drawFrame };
}

/** Finds and tracks the shapes of the input `image` from the input `confidence` on. */
export const trackSteps: readonly object[] = [
  {
    type: "roboflow_core/roboflow_object_detection_model@v3",
    name: "shapes",
    images: "$inputs.image",
    model_id: "shapes/1",
    confidence_mode: "custom",
    custom_confidence: "$inputs.confidence",
  },
  {
    type: "roboflow_core/byte_tracker@v3",
    name: "tracker",
    image: "$inputs.image",
    detections: "$steps.shapes.predictions",
  },
];

/** Draws the boxes of what is tracked. */
export const boxesStep: object = {
  type: "roboflow_core/bounding_box_visualization@v1",
  name: "boxes",
  image: "$inputs.image",
  predictions: "$steps.tracker.tracked_detections",
};

/** Shapes found, tracked, and counted by a block of the definition's own, whose code a test may replace. */
export function trackingWorkflow(code = COUNT): object {
  return {
    version: "1.0",
    inputs: [
      { type: "WorkflowImage", name: "image" },
      { type: "WorkflowParameter", name: "confidence", kind: ["float_zero_to_one"], default_value: 0.5 },
    ],
    dynamic_blocks_definitions: [
      {
        type: "DynamicBlockDefinition",
        manifest: {
          type: "ManifestDescription",
          block_type: "Counter",
          inputs: {
            found: {
              type: "DynamicInputDefinition",
              selector_types: ["step_output"],
              selector_data_kind: { step_output: ["object_detection_prediction"] },
            },
          },
          outputs: { frames: { type: "DynamicOutputDefinition", kind: ["integer"] } },
        },
        code: { type: "JavaScriptCode", run_function_code: code },
      },
    ],
    steps: [...trackSteps, { type: "Counter", name: "counter", found: "$steps.tracker.tracked_detections" }, boxesStep],
    outputs: [
      { type: "JsonField", name: "tracks", selector: "$steps.tracker.tracked_detections" },
      { type: "JsonField", name: "frames", selector: "$steps.counter.frames" },
      { type: "JsonField", name: "picture", selector: "$steps.boxes.image" },
    ],
  };
}

const COUNT = "let frames = 0;\nfunction run() {\n  return { frames: ++frames };\n}\n";

/** The parts of a config that all tests share. */
export const baseConfig = {
  device: "dock",
  models: { "shapes/1": { path: SHAPES } },
  http: { port: 0 },
  stats_interval_s: 1,
};
