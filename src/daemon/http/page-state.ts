import { definedOnly } from "../../base/defined.ts";
import type { StepTime } from "../../engine/step-times.ts";
import type { OutboxStats } from "../../publish/outbox/outbox.ts";
import type { FrameCounts } from "../../stream/ledger.ts";
import type { Config } from "../config/schema/config-schema.ts";
import type { ModelView } from "../models/model-notes.ts";
import type { Prepared, PreparedPipeline } from "../prepare/prepare.ts";
import { warningsOf } from "../prepare/warnings.ts";
import type { CameraFacts } from "../report/camera-facts.ts";
import type { CameraHealth, Health } from "../report/statistics.ts";
import { type FrameTimesSnapshot, latencyFields } from "../timing/frame-times.ts";
import type { LastValue } from "../worker/last-values.ts";
import type { WorkflowLook } from "../worker/workflow-runner.ts";
import { cameraPictures } from "./camera-pictures.ts";

/** Everything that the page shows, as it is at one moment. Plain data. */
export interface PageState {
  device: string;
  version: string;
  uptime_s: number;
  status: Health["status"];
  degraded: Health["degraded"];
  /** What the config says without any effect, or most likely not as it is meant. */
  warnings: readonly string[];
  broker: { state: Health["broker"]; address: string | null; waiting: number; dropped: number };
  cameras: readonly CameraView[];
  pipelines: readonly PipelineView[];
  models: readonly ModelView[];
  video_out: Health["video_out"];
  /** Where the time of frames goes, since the start. */
  latency: ReturnType<typeof latencyFields>;
  last_crash: Health["last_crash"] | null;
}

interface CameraView extends Omit<CameraHealth, "dropped">, CameraFacts {
  id: string;
  pipeline: string | null;
  /** By reason. */
  dropped: FrameCounts["dropped"];
  /** Outputs with pictures, and the one that is shown where none is chosen. */
  pictures: readonly string[];
  shown: string | null;
  /** What outputs without pictures gave last. */
  values: readonly LastValue[];
}

interface PipelineView {
  id: string;
  /** The definition's file. */
  workflow: string;
  revision: string;
  cameras: readonly string[];
  /** By step and code. */
  failures: Health["failures"][string];
  /** Null while the workflow's thread does not say. */
  steps: readonly StepTime[] | null;
  /** Whether steps may make workflows while running. */
  expands: boolean;
}

export interface PageFacts {
  config: Config;
  prepared: Pick<Prepared, "pipelines" | "warnings" | "drawn">;
  health: Health;
  counts: Readonly<Record<string, FrameCounts>>;
  /** Null without a broker. */
  outbox: OutboxStats | null;
  camera: (id: string) => CameraFacts;
  looks: ReadonlyMap<string, WorkflowLook | null>;
  models: readonly ModelView[];
  times: FrameTimesSnapshot;
}

/** What the page shows, from what the parts of the daemon know. */
export function pageState(facts: PageFacts): PageState {
  const { config, prepared, health } = facts;
  const { version, uptime_s, status, degraded, video_out } = health;
  return {
    device: config.device,
    ...{ version, uptime_s, status, degraded },
    warnings: warningsOf(config, prepared),
    broker: brokerView(facts),
    cameras: Object.entries(health.cameras).map(([id, camera]) => cameraView(id, camera, facts)),
    pipelines: prepared.pipelines.map((pipeline) => pipelineView(pipeline, facts)),
    models: facts.models,
    video_out,
    latency: latencyFields(facts.times),
    last_crash: health.last_crash ?? null,
  };
}

function brokerView({ config, health, outbox }: PageFacts): PageState["broker"] {
  const url = config.mqtt?.url ?? "";
  const address = URL.canParse(url) ? new URL(url).host : null;
  const lost = Object.values(outbox?.classes ?? {}).flatMap(({ dropped }) => Object.values(definedOnly(dropped)));
  const dropped = lost.reduce((sum, count) => sum + count, 0);
  return { state: health.broker, address, waiting: outbox?.spool.depth ?? 0, dropped };
}

function cameraView(id: string, { dropped: _, ...health }: CameraHealth, facts: PageFacts): CameraView {
  const { prepared, counts, camera, looks } = facts;
  const pipeline = prepared.pipelines.find(({ config }) => config.cameras.includes(id))?.id ?? null;
  const { outputs = [], shown = null } = cameraPictures(id, prepared) ?? {};
  const dropped = counts[id]?.dropped ?? {};
  const values = looks.get(pipeline ?? "")?.values[id] ?? [];
  return { id, pipeline, ...health, ...camera(id), dropped, pictures: outputs, shown, values };
}

function pipelineView({ id, revision, plan, config }: PreparedPipeline, { health, looks }: PageFacts): PipelineView {
  return {
    id,
    workflow: config.workflow,
    revision,
    cameras: config.cameras,
    failures: health.failures[id] ?? {},
    steps: looks.get(id)?.steps ?? null,
    expands: plan.steps.some(({ subworkflow }) => subworkflow?.type === "dynamic"),
  };
}
