import type { Registry } from "prom-client";
import type { VideoHealth, VideoState } from "../video-health.ts";
import { addMetric, flag, type Sample } from "./metric.ts";
import type { MetricFacts } from "./metrics.ts";

const STATES: readonly VideoState[] = ["waiting", "starting", "running", "retrying"];
const LABELS = ["camera", "output", "to", "place"] as const;

/** Streams of video that are published. */
export function videoMetrics(registry: Registry, { health }: MetricFacts): void {
  const each = (pick: (stream: VideoHealth) => readonly Sample[]) => (): Sample[] =>
    health().video_out.flatMap((stream) => {
      const { camera, output, to, place } = stream;
      return pick(stream).map(([labels, value]): Sample => [{ camera, output, to, place, ...labels }, value]);
    });
  addMetric(registry, {
    name: "millrace_video_state",
    help: `1 for the state that the stream of video is in: ${STATES.join(", ")}.`,
    labels: [...LABELS, "state"],
    read: each(({ state: now }) => STATES.map((state): Sample => [{ state }, flag(state === now)])),
  });
  addMetric(registry, {
    name: "millrace_video_frames_seen_total",
    help: "Frames of the camera since the stream was opened.",
    labels: LABELS,
    read: each(({ seen }) => [[{}, seen]]),
  });
  addMetric(registry, {
    name: "millrace_video_frames_encoded_total",
    help: "Those of them that are in the video.",
    labels: LABELS,
    read: each(({ encoded }) => [[{}, encoded]]),
  });
  addMetric(registry, {
    name: "millrace_video_frames_dropped_total",
    help: "Those that are not, by reason.",
    labels: [...LABELS, "reason"],
    read: each(({ dropped }) => Object.entries(dropped).map(([reason, count]): Sample => [{ reason }, count])),
  });
}
