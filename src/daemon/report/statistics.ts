import { definedOnly } from "../../base/defined.ts";
import type { RegionCount } from "../../kinds/frame.ts";
import type { FrameCounts } from "../../stream/ledger.ts";
import { type HostFacts, hostFacts } from "../host/host-facts.ts";
import type { HostState } from "../host/host-watch.ts";
import type { LoadShedding } from "../host/load-shedding.ts";
import { type Crash, lastCrash } from "../supervisor/supervise.ts";
import type { ArchiveHealth, ClipCounts, SnapshotCounts } from "./archive-health.ts";
import { type CameraState, cameraState, type DaemonEvent } from "./events.ts";
import type { LatencySummary } from "./latency.ts";
import { type Degradation, degradations, type ReadinessFacts } from "./readiness.ts";
import { type SpoolTrouble, spoolTrouble } from "./spool-trouble.ts";
import { type FailureCounts, StepFailures } from "./step-failures.ts";
import { VERSION } from "./version.ts";
import type { VideoHealth } from "./video-health.ts";

type Counts = Record<string, FrameCounts>;

/** Frame counts at a moment of `performance.now()`. */
export interface Counted {
  counts: Counts;
  /** Answers of models that were their last result, by camera and model. */
  reused?: Readonly<Record<string, Record<string, number>>>;
  /** By camera. */
  regions?: Readonly<Record<string, RegionCount>>;
  /** Of the last frames of a camera. */
  latency?: (camera: string) => LatencySummary;
  at: number;
}

/** Rates between two moments, for the stats topic. */
export function statistics(before: Counted, now: Counted, host: HostState) {
  const seconds = Math.max(1e-3, (now.at - before.at) / 1000);
  const rate = (count: number) => Math.round((count / seconds) * 100) / 100;
  const cameras = Object.entries(now.counts).map(([camera, counts]) => {
    const earlier = before.counts[camera];
    const stats = {
      fps_in: rate(counts.decoded - (earlier?.decoded ?? 0)),
      fps_out: rate(counts.published - (earlier?.published ?? 0)),
      decoded: counts.decoded,
      processed: counts.published,
      dropped: definedOnly(counts.dropped),
      ...definedOnly({
        reused: now.reused?.[camera],
        regions: regionsIn(now.regions?.[camera]),
        latency_ms: now.latency?.(camera),
      }),
    };
    return [camera, stats] as const;
  });
  const rss = { rss_mb: Math.round(process.memoryUsage().rss / 1e5) / 10 };
  return { cameras: Object.fromEntries(cameras), host: { ...rss, ...hostFacts(host) } };
}

function regionsIn(counts: RegionCount | undefined) {
  return counts === undefined ? undefined : { looked: counts.looked, left_out: counts.leftOut };
}

export interface CameraHealth {
  state: CameraState;
  /** Why there are no frames, when there are none. */
  error: string | null;
  decoded: number;
  published: number;
  dropped: number;
  fps_out: number;
  /** Share of its frames that is processed: less than 1 while load is shed, 0 while it is paused. */
  share: number;
}

export interface Health extends Record<string, unknown> {
  /** False as soon as anything that the config names does not work. */
  ok: boolean;
  /** `degraded` while something is, `stopping` once the daemon stops. */
  status: "ok" | "degraded" | "stopping";
  /** What of the config does not work, and why. */
  degraded: readonly Degradation[];
  version: string;
  uptime_s: number;
  broker: "none" | "connected" | "away";
  cameras: Record<string, CameraHealth>;
  /** Streams of video that are published, but for MJPEG. */
  video_out: readonly VideoHealth[];
  /** Of steps since the start, by pipeline, step and code. */
  failures: Record<string, FailureCounts>;
  /** What the machine has left. */
  host: HostFacts;
  /** Events that are kept on disk; null where none can be. */
  archive: ArchiveHealth | null;
  /** Pictures of events since the start, by camera: made, and better frames that were skipped as the encoder was busy. */
  snapshots: Readonly<Record<string, SnapshotCounts>>;
  /** Clips of events since the start, by camera, and the memory of the packets that may be needed for them. */
  clips: Readonly<Record<string, ClipCounts>>;
  /** Files that the budget of the folder for blocks has deleted since the start. */
  deleted_files: number;
  /** Cameras that a chip did not decode and software does, since the start. */
  decoders_given_up: number;
  /** How the daemon before this one ended, under a supervisor; absent when it ended as it should. */
  last_crash?: { at: string; code: number | null; signal: string | null; running: RunningStep[] };
}

/** Code that was running when the daemon ended. */
interface RunningStep {
  pipeline: string;
  step: string;
  block: string;
}

interface HealthFacts
  extends Pick<ReadinessFacts, "broker" | "configFault" | "refused" | "stalled" | "video" | "archive"> {
  host: HostState;
  shed: LoadShedding["causes"];
  snapshots: Health["snapshots"];
  clips: Health["clips"];
  isStopping: boolean;
  cameras: readonly string[];
  counts: Counts;
  uptimeS: number;
}

type CountedFailure = Extract<DaemonEvent, { type: "step_failed" | "effect_failed" | "effect_refused" }>;

/** Those of steps themselves, and of what they send and write. */
const FAILURES: ReadonlySet<string> = new Set(["step_failed", "effect_failed", "effect_refused"]);

/** Keeps the state of each camera and counts failures of steps, from the reported events. */
export class CameraStates {
  readonly #states = new Map<string, { state: CameraState; error: string | null }>();
  readonly #failures = new Map<string, StepFailures>();
  #deletedFiles = 0;
  #decodersGivenUp = 0;
  #spool: SpoolTrouble | null = null;
  #before: Counted = { counts: {}, at: performance.now() };
  #rates: Record<string, number> = {};

  observe(event: DaemonEvent): void {
    if (FAILURES.has(event.type)) this.#countFailure(event as CountedFailure);
    if (event.type === "files_deleted") this.#deletedFiles += event.files;
    if (event.type === "decoder_given_up") this.#decodersGivenUp++;
    this.#spool = spoolTrouble(this.#spool, event);
    const state = cameraState(event);
    if (state === null || !("camera" in event)) return;
    this.#states.set(event.camera, { state, error: "message" in event ? event.message : null });
  }

  failures(): Health["failures"] {
    return Object.fromEntries([...this.#failures].map(([pipeline, failures]) => [pipeline, failures.counts()]));
  }

  health({ isStopping, counts, uptimeS, host, ...facts }: HealthFacts): Health {
    this.#measure(counts);
    const cameras = facts.cameras.map((id) => {
      const { decoded = 0, published = 0, dropped = {} } = counts[id] ?? {};
      const lost = Object.values(definedOnly(dropped)).reduce((sum, count) => sum + count, 0);
      const { state, error } = this.#states.get(id) ?? { state: "starting", error: null };
      const share = facts.shed.get(id)?.share ?? 1;
      return [id, { state, error, decoded, published, dropped: lost, fps_out: this.#rates[id] ?? 0, share }] as const;
    });
    const crash = lastCrash(process.env);
    const before = crash === null ? {} : { last_crash: toldOf(crash) };
    const states = Object.fromEntries(cameras);
    const degraded = degradations({ ...facts, cameras: states, spool: this.#spool, strains: host.strains });
    const status = isStopping ? "stopping" : degraded.length > 0 ? "degraded" : "ok";
    const fixed = {
      ok: status === "ok",
      status,
      degraded,
      version: VERSION,
      uptime_s: uptimeS,
      broker: facts.broker,
    } as const;
    return {
      ...fixed,
      cameras: states,
      video_out: facts.video,
      archive: facts.archive,
      snapshots: facts.snapshots,
      clips: facts.clips,
      failures: this.failures(),
      host: hostFacts(host),
      deleted_files: this.#deletedFiles,
      decoders_given_up: this.#decodersGivenUp,
      ...before,
    };
  }

  #countFailure(event: CountedFailure): void {
    const failures = this.#failures.get(event.pipeline) ?? new StepFailures();
    this.#failures.set(event.pipeline, failures);
    failures.add(event);
  }

  /** Rates over at least a second, so that two viewers do not make them jump. */
  #measure(counts: Counts): void {
    const now = { counts: structuredClone(counts), at: performance.now() };
    const seconds = (now.at - this.#before.at) / 1000;
    if (seconds < 1) return;
    const rates = Object.entries(counts).map(([id, { published }]) => {
      return [id, Math.round(((published - (this.#before.counts[id]?.published ?? 0)) / seconds) * 10) / 10] as const;
    });
    this.#rates = Object.fromEntries(rates);
    this.#before = now;
  }
}

function toldOf({ at, code, signal, running }: Crash): NonNullable<Health["last_crash"]> {
  return { at, code, signal, running: running.map(({ pipeline, step, block }) => ({ pipeline, step, block })) };
}
