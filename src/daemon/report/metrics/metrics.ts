import { Counter, Histogram, Registry } from "prom-client";
import type { RegionCount } from "../../../kinds/frame.ts";
import type { OutboxStats } from "../../../publish/outbox/outbox.ts";
import type { FrameCounts } from "../../../stream/ledger.ts";
import type { HostState } from "../../host/host-watch.ts";
import type { FrameTimesSnapshot } from "../../timing/frame-times.ts";
import type { DaemonEvent } from "../events.ts";
import type { Flow } from "../liveness.ts";
import { readinessOf } from "../readiness.ts";
import type { Health } from "../statistics.ts";
import { VERSION } from "../version.ts";
import { addMetric, flag } from "./metric.ts";
import { hostMetrics } from "./metrics-of-host.ts";
import { archiveMetrics, cameraMetrics, outboxMetrics, stepMetrics } from "./metrics-of-parts.ts";
import { processMetrics } from "./metrics-of-process.ts";
import { timeMetrics } from "./metrics-of-times.ts";
import { videoMetrics } from "./metrics-of-video.ts";

export interface MetricFacts {
  device: () => string;
  health: () => Health;
  counts: () => Readonly<Record<string, FrameCounts>>;
  /** Answers of models that were their last result, by camera and model. */
  reused: () => Readonly<Record<string, Record<string, number>>>;
  /** By camera. */
  regions: () => Readonly<Record<string, RegionCount>>;
  times: () => FrameTimesSnapshot;
  /** Null without a broker. */
  outbox: () => OutboxStats | null;
  /** Whether frames are processed. */
  flow: () => Flow;
  /** What was seen of the machine last. */
  host: () => HostState;
}

/** The metrics of one daemon in the text format of Prometheus. */
export interface Metrics {
  observe(event: DaemonEvent): void;
  /** A frame of a camera is published, so long after it was decoded. */
  frame(camera: string, latencyMs: number): void;
  readonly contentType: string;
  text(): Promise<string>;
  /** What there is, for the reference. */
  declared(): DeclaredMetric[];
}

interface DeclaredMetric {
  name: string;
  help: string;
  type: "counter" | "gauge" | "histogram";
  labels: readonly string[];
}

const LATENCY_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function openMetrics(given: MetricFacts): Metrics {
  const registry = new Registry();
  const { facts, renew } = ofOneScrape(given);
  daemonMetrics(registry, facts);
  const models = modelMetric(registry);
  cameraMetrics(registry, facts);
  const latency = new Histogram({
    name: "millrace_camera_latency_seconds",
    help: "Time from decoded to published of each frame.",
    labelNames: ["camera"],
    buckets: LATENCY_BUCKETS_S,
    registers: [registry],
  });
  timeMetrics(registry, facts);
  stepMetrics(registry, facts);
  archiveMetrics(registry, facts);
  videoMetrics(registry, facts);
  outboxMetrics(registry, facts);
  hostMetrics(registry, facts);
  const events = new Counter({
    name: "millrace_daemon_events_total",
    help: "What has happened in the daemon, by the event's name in the log.",
    labelNames: ["event"],
    registers: [registry],
  });
  processMetrics(registry);
  return {
    observe(event) {
      events.inc({ event: event.type });
      if (event.type === "model_opened") models.set(event.model, event.provider);
    },
    frame: (camera, latencyMs) => latency.observe({ camera }, latencyMs / 1000),
    contentType: registry.contentType,
    text() {
      renew();
      return registry.metrics();
    },
    declared: () => registry.getMetricsAsArray().map((metric) => declarationOf(metric as unknown as Registered)),
  };
}

/** The package declares less than its metrics have. */
interface Registered extends Omit<DeclaredMetric, "type" | "labels"> {
  labelNames: string[];
}

function declarationOf(metric: Registered): DeclaredMetric {
  const { name, help, labelNames: labels } = metric;
  const type = metric instanceof Histogram ? "histogram" : metric instanceof Counter ? "counter" : "gauge";
  return { name, help, type, labels };
}

/** All metrics of a scrape tell of the same moment. */
function ofOneScrape(given: MetricFacts): { facts: MetricFacts; renew: () => void } {
  const read = () => {
    return {
      health: given.health(),
      counts: given.counts(),
      reused: given.reused(),
      regions: given.regions(),
      times: given.times(),
      outbox: given.outbox(),
      flow: given.flow(),
      host: given.host(),
    };
  };
  let now: ReturnType<typeof read> | null = null;
  const current = () => {
    now ??= read();
    return now;
  };
  return {
    facts: {
      device: given.device,
      health: () => current().health,
      counts: () => current().counts,
      reused: () => current().reused,
      regions: () => current().regions,
      times: () => current().times,
      outbox: () => current().outbox,
      flow: () => current().flow,
      host: () => current().host,
    },
    renew() {
      now = null;
    },
  };
}

function daemonMetrics(registry: Registry, { device, health, flow }: MetricFacts): void {
  addMetric(registry, {
    name: "millrace_daemon_info",
    help: "Always 1, with what runs here as labels.",
    labels: ["version", "device"],
    read: () => [[{ version: VERSION, device: device() }, 1]],
  });
  addMetric(registry, {
    name: "millrace_daemon_uptime_seconds",
    help: "Time since the daemon was opened.",
    read: () => [[{}, health().uptime_s]],
  });
  addMetric(registry, {
    name: "millrace_daemon_ready",
    help: "1 when /health/ready answers 200.",
    read: () => [[{}, flag(readinessOf(health()).ready)]],
  });
  addMetric(registry, {
    name: "millrace_daemon_live",
    help: "1 when /health/live answers 200: frames are processed, where any come.",
    read: () => [[{}, flag(flow().live)]],
  });
  addMetric(registry, {
    name: "millrace_config_refused",
    help: "1 while the config file as it lies there is not the one that runs.",
    read: () => [[{}, flag(health().degraded.some(({ what }) => what === "config"))]],
  });
}

function modelMetric(registry: Registry): Map<string, string> {
  const models = new Map<string, string>();
  addMetric(registry, {
    name: "millrace_model_info",
    help: "Always 1, for each model that was opened, with the execution provider that it runs on.",
    labels: ["model", "provider"],
    read: () => Array.from(models, ([model, provider]) => [{ model, provider }, 1] as const),
  });
  return models;
}
