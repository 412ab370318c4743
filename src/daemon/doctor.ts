import { statfs } from "node:fs/promises";
import { availableParallelism, freemem } from "node:os";
import { messageOf } from "../base/errors.ts";
import { missingLibrary } from "../inference/provider-library.ts";
import { findFfmpeg } from "../stream/ffmpeg-binary.ts";
import { readConfig } from "./config.ts";
import type { Config } from "./config-schema.ts";
import { examineCode } from "./doctor-code.ts";
import { prepare } from "./prepare.ts";

export interface Finding {
  id: string;
  status: "ok" | "warning" | "failed";
  found: string;
  advice?: string;
}

/** Looks at the machine, and at everything a config refers to when one is given. */
export async function examine(configFile?: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  let config: Config | null = null;
  if (configFile !== undefined) {
    const { loaded, finding } = await examineConfig(configFile);
    config = loaded;
    findings.push(finding);
  }
  findings.push(
    ...(await examineFfmpeg(config?.ffmpeg)),
    ...examineProviders(),
    ...examineCode(config),
    examineCores(),
    await examineDisk(config),
  );
  return findings;
}

async function examineConfig(file: string): Promise<{ loaded: Config | null; finding: Finding }> {
  try {
    const config = await readConfig(file);
    const { pipelines, models, warnings } = await prepare(config, file);
    const found = `${file}: ${pipelines.length} pipelines compile, ${models.size} models are known`;
    if (warnings.length === 0) return { loaded: config, finding: { id: "config", status: "ok", found } };
    return { loaded: config, finding: { id: "config", status: "warning", found, advice: warnings.join("; ") } };
  } catch (error) {
    return { loaded: null, finding: { id: "config", status: "failed", found: messageOf(error) } };
  }
}

async function examineFfmpeg(path: string | undefined): Promise<Finding[]> {
  try {
    const { origin, version, path: found, decoders } = await findFfmpeg(path);
    const hardware = [...decoders].filter((name) => /_(cuvid|nvv4l2dec|nvmpi|qsv|v4l2m2m)$/.test(name));
    const embedded = origin === "embedded";
    const ffmpeg: Finding = {
      id: "ffmpeg",
      status: embedded ? "warning" : "ok",
      found: `${version} (${origin}) at ${found}`,
      ...(embedded
        ? { advice: "the embedded ffmpeg is from 2018: install a current one for cameras on a network" }
        : {}),
    };
    const decoder = hardware.length > 0 ? `hardware decoders: ${hardware.join(", ")}` : "software decoders only";
    return [ffmpeg, { id: "decoders", status: "ok", found: decoder }];
  } catch (error) {
    return [
      {
        id: "ffmpeg",
        status: "failed",
        found: messageOf(error),
        advice: 'install ffmpeg, or set "ffmpeg" in the config',
      },
    ];
  }
}

function examineProviders(): Finding[] {
  return (["tensorrt", "cuda", "cpu"] as const).map((provider): Finding => {
    const missing = missingLibrary(provider);
    if (missing === null) return { id: `provider_${provider}`, status: "ok", found: "its library is there" };
    return { id: `provider_${provider}`, status: "warning", found: missing, advice: providerAdvice() };
  });
}

/** The libraries are not in the registry, so installing never fetches them by itself. */
function providerAdvice(): string {
  if (process.arch === "x64") {
    return "to run on an NVIDIA GPU: ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js";
  }
  return "on this processor the binding has to be built with GPU support: see Dockerfile.jetson";
}

function examineCores(): Finding {
  const free = freemem() / 2 ** 30;
  const found = `${availableParallelism()} processors, ${free.toFixed(1)} GiB of memory free`;
  return free < 0.5
    ? { id: "machine", status: "warning", found, advice: "less than 512 MiB is free" }
    : { id: "machine", status: "ok", found };
}

async function examineDisk(config: Config | null): Promise<Finding> {
  const directory = config?.state_dir ?? process.cwd();
  try {
    const { bavail, bsize } = await statfs(directory);
    const free = (bavail * bsize) / 2 ** 30;
    const found = `${free.toFixed(1)} GiB free at ${directory}`;
    return free < 0.2
      ? { id: "disk", status: "warning", found, advice: "events cannot be kept while the broker is away" }
      : { id: "disk", status: "ok", found };
  } catch (error) {
    return {
      id: "disk",
      status: "warning",
      found: `${directory}: ${messageOf(error)}`,
      advice: "create the directory",
    };
  }
}
