import type { Command } from "commander";
import { type GpuStatus, gpuStatus } from "../daemon/commands/gpu/gpu-status.ts";
import { installGpu, removeGpu } from "../daemon/commands/gpu/install-gpu.ts";
import { print, printJson, say, sayIssue } from "./output.ts";

interface Options {
  from?: string;
  runtime?: string;
  dryRun?: boolean;
  json?: boolean;
}

const RUNTIME = ["--runtime <dir>", "folder of onnxruntime-node, in place of the one that millrace uses"] as const;

export function addGpu(program: Command): void {
  const gpu = program.command("gpu").description("prepare ONNX Runtime for an NVIDIA GPU");
  gpu
    .command("install")
    .description("compile the library that passes options on to CUDA and TensorRT, and place their libraries")
    .option(
      "--from <dir>",
      "folder with libraries of providers: the unpacked wheel onnxruntime-gpu, or a build of your own",
    )
    .option("--dry-run", "say what would be done, and do nothing")
    .option(...RUNTIME)
    .action(async ({ from, runtime, dryRun = false }: Options) => {
      const steps = await installGpu({ from, runtime, isDryRun: dryRun });
      for (const step of steps) say(dryRun ? `would ${step}` : `done: ${step}`);
      if (steps.length === 0) say("everything is in place");
      if (!dryRun) warn(await gpuStatus(runtime));
    });
  gpu
    .command("status")
    .description("what is in place, and which libraries are missing")
    .option("--json", "as JSON")
    .option(...RUNTIME)
    .action(async ({ runtime, json }: Options) => {
      const status = await gpuStatus(runtime);
      if (json) printJson(status);
      else print(asText(status));
    });
  gpu
    .command("remove")
    .description("put everything back as onnxruntime-node came")
    .option(...RUNTIME)
    .action(async ({ runtime }: Options) => {
      const done = await removeGpu({ runtime });
      for (const line of done) say(line);
      if (done.length === 0) say("nothing is in place");
    });
}

/** What is placed and would not load. */
function warn({ providers }: GpuStatus): void {
  for (const { provider, missing } of providers)
    for (const { name, advice } of missing ?? []) sayIssue("warning", `${provider}: ${name} is not found: ${advice}`);
}

function asText({ release, folder, options, from, providers }: GpuStatus): string {
  const hint = { "passed on": "", outdated: ": run millrace gpu install", "not passed on": ": millrace gpu install" }[
    options
  ];
  return [
    `runtime   ONNX Runtime ${release} in ${folder}`,
    `options   ${options}${hint}`,
    ...(from === null ? [] : [`from      ${from}`]),
    ...providers.flatMap(linesOf),
  ].join("\n");
}

function linesOf({ provider, isThere, missing }: GpuStatus["providers"][number]): string[] {
  const name = provider.padEnd(9);
  if (!isThere) return [`${name} its library is not there: millrace gpu install --from FOLDER`];
  if (missing === null) return [`${name} its library is there; what it needs is not known without ldd`];
  if (missing.length === 0) return [`${name} its library is there, with everything that it needs`];
  return missing.map((library) => `${name} ${library.name} is not found: ${library.advice}`);
}
