import { steadyMs } from "../../base/steady-clock.ts";
import type { FrameHandle, RegionCount } from "../../kinds/frame.ts";
import { type FrameStages, FrameTimes } from "../timing/frame-times.ts";
import type { Report } from "./events.ts";
import { RegionCounts } from "./region-counts.ts";
import { ReuseCounts } from "./reuse-counts.ts";

export interface SeenFramesSettings {
  /** Whether what is published has readers at a broker. */
  isPublished: () => boolean;
  report: Report;
}

interface SeenResult {
  objects: number;
  /** Models that answered with their last result. */
  reused: readonly string[];
  regions: RegionCount;
  timing: FrameStages;
}

/** What is remembered of the frames that have results. */
export class SeenFrames {
  readonly reused = new ReuseCounts();
  readonly regions = new RegionCounts();
  readonly times = new FrameTimes();
  readonly #settings: SeenFramesSettings;
  readonly #startedAt = steadyMs();
  #firstAt: number | undefined;
  #lastAt = 0;
  /** Cameras that have shown an object. */
  readonly #shown = new Set<string>();
  /** When each camera was opened last. */
  readonly #openedAt = new Map<string, number>();

  constructor(settings: SeenFramesSettings) {
    this.#settings = settings;
  }

  /** Seconds from the first frame decoded to the last result. */
  get seconds(): number {
    return Math.max(0, this.#lastAt - (this.#firstAt ?? this.#lastAt)) / 1000;
  }

  cameraStarting(camera: string): void {
    this.#openedAt.set(camera, steadyMs());
  }

  /** Returns the milliseconds since it was decoded. */
  add({ camera, decodedAt }: FrameHandle, { objects, reused, regions, timing }: SeenResult): number {
    this.reused.add(camera, reused);
    this.regions.add(camera, regions);
    this.#firstAt ??= decodedAt;
    this.#lastAt = steadyMs();
    const ms = this.#lastAt - decodedAt;
    this.times.add(timing, ms);
    if (objects > 0 && !this.#shown.has(camera)) this.#shows(camera);
    return ms;
  }

  #shows(camera: string): void {
    this.#shown.add(camera);
    const ms = steadyMs() - (this.#openedAt.get(camera) ?? this.#startedAt);
    this.#settings.report({ type: "first_detection", camera, ms, isPublished: this.#settings.isPublished() });
  }
}
