import { writeFile } from "node:fs/promises";
import { codeBlock } from "../dynamic/code-in-a-definition.ts";
import { type Fault, initSourceOf, sourceOf } from "../dynamic/faults.ts";
import { writeNumberedClip } from "../stream/clip.ts";
import { type LogEntry, startDaemon, type TestDaemon } from "./daemon.ts";

export interface SickDaemonSettings {
  /** Path of a file in the folder of the test. */
  path: (name: string) => string;
  mode: "isolated" | "local";
  /** Frames a second of both cameras. */
  fps: number;
  python: string;
  /** More of the config. */
  config?: object;
  env?: NodeJS.ProcessEnv;
  flags?: readonly string[];
}

/** A daemon with two cameras: the block of "sick" does what it is reported, that of "steady" counts and prints its frames. */
export interface SickDaemon {
  daemon: TestDaemon;
  /** Changes the block of "sick" while the daemon runs; null makes it well. */
  become(fault: Fault | null, onError?: OnError): Promise<void>;
  /** The same without waiting until it is taken. */
  tell(fault: Fault | null, onError?: OnError): Promise<void>;
  /** Lines of the log since the block changed last, none that tell late of the one before. */
  since(event: string, condition?: (entry: LogEntry) => boolean): LogEntry[];
}

export type OnError = "fail" | "empty" | "last";

export async function startSickDaemon(settings: SickDaemonSettings): Promise<SickDaemon> {
  const { path, mode, fps, python, config = {}, env = {}, flags = [] } = settings;
  await writeNumberedClip(path("clip.mkv"), 60, "64x48", fps);
  await writeFile(path("sick.json"), definition(null));
  await writeFile(path("steady.json"), STEADY);
  const camera = { url: path("clip.mkv"), loop: true };
  const daemon = await startDaemon(
    path("millrace.yaml"),
    {
      device: "dock",
      http: { port: 0 },
      stats_interval_s: 1,
      code_blocks: mode,
      isolated_level: "process",
      python,
      cameras: { sick: camera, steady: camera },
      pipelines: {
        sick: { workflow: "sick.json", cameras: ["sick"], timeout_ms: mode === "local" ? 1000 : 30_000 },
        steady: { workflow: "steady.json", cameras: ["steady"] },
      },
      ...config,
    },
    env,
    flags,
  );
  let seen = 0;
  let changes = 0;
  const replaced = () => daemon.log("workflow_swapped").length;
  const tell = async (fault: Fault | null, onError: OnError = "fail") => {
    changes += 1;
    await writeFile(path("sick.json"), definition(fault, onError, changes));
    daemon.signal("SIGHUP");
  };
  return {
    daemon,
    tell,
    async become(fault, onError) {
      const before = replaced();
      await tell(fault, onError);
      await daemon.logged("workflow_swapped", () => replaced() > before);
      seen = daemon.log().findLastIndex(({ event }) => event === "workflow_swapped");
    },
    since(event, condition = () => true) {
      const isOfNow = ({ step }: LogEntry) => !/^sick_/.test(String(step)) || step === stepName(changes);
      return daemon.log().filter((entry, i) => i > seen && entry.event === event && isOfNow(entry) && condition(entry));
    },
  };
}

const IMAGE = { type: "DynamicInputDefinition", selector_types: ["input_image"] };
const NUMBER = { type: "DynamicInputDefinition", value_types: ["integer"] };

const stepName = (change: number) => `sick_${change}`;

/** `change` makes a definition another one than that before. */
function definition(fault: Fault | null, onError: OnError = "fail", change = 0): string {
  const source = fault === null ? "function run() { return { out: 1 }; }" : sourceOf(fault);
  const init = fault === null ? null : initSourceOf(fault);
  const code = {
    type: fault?.host === "Python" ? "PythonCode" : "JavaScriptCode",
    ...(init === null ? {} : { init_function_code: init }),
  };
  const outputs = { out: { type: "DynamicOutputDefinition" } };
  const inputs = { image: IMAGE, sick: NUMBER };
  const block = { ...codeBlock("Sick", source, { inputs, outputs, code }), on_error: onError };
  const step = { type: "Sick", name: stepName(change), image: "$inputs.image", sick: fault === null ? 0 : 1 };
  return document(block, step, "out");
}

function document(block: object, step: { name: string }, output: string): string {
  return JSON.stringify({
    version: "1.0",
    inputs: [{ type: "WorkflowImage", name: "image" }],
    dynamic_blocks_definitions: [block],
    steps: [step],
    outputs: [{ type: "JsonField", name: output, selector: `$steps.${step.name}.${output}` }],
  });
}

const STEADY = document(
  codeBlock("Count", "let n = 0; function run() { n += 1; console.log(n); return { n }; }", {
    inputs: { image: IMAGE },
    outputs: { n: { type: "DynamicOutputDefinition", kind: ["integer"] } },
  }),
  { type: "Count", name: "count", image: "$inputs.image" } as { name: string },
  "n",
);
