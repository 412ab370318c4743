import type { Registry } from "prom-client";
import type { RegionCount } from "../../../kinds/frame.ts";
import type { FrameCounts } from "../../../stream/ledger.ts";
import type { ArchiveHealth, ClipCounts, FileCounts, SnapshotCounts } from "../archive-health.ts";
import type { CameraState } from "../events.ts";
import { addMetric, flag, type Sample } from "./metric.ts";
import type { MetricFacts } from "./metrics.ts";

const STATES: readonly CameraState[] = ["starting", "online", "retrying", "failed", "ended", "disabled", "paused"];

/** Frames and states by camera. */
export function cameraMetrics(registry: Registry, { health, counts, reused, regions }: MetricFacts): void {
  const each = (pick: (counts: FrameCounts) => number) => () =>
    Object.entries(counts()).map(([camera, count]): Sample => [{ camera }, pick(count)]);
  addMetric(registry, {
    name: "millrace_camera_state",
    help: `1 for the state that the camera is in: ${STATES.join(", ")}.`,
    labels: ["camera", "state"],
    read: () =>
      Object.entries(health().cameras).flatMap(([camera, { state: now }]) =>
        STATES.map((state): Sample => [{ camera, state }, flag(state === now)]),
      ),
  });
  addMetric(registry, {
    name: "millrace_camera_share",
    help: "Share of its frames that is processed: less than 1 while load is shed, 0 while the camera is paused.",
    labels: ["camera"],
    read: () => Object.entries(health().cameras).map(([camera, { share }]): Sample => [{ camera }, share]),
  });
  addMetric(registry, {
    name: "millrace_camera_frames_decoded_total",
    help: "Frames that the camera gave.",
    labels: ["camera"],
    read: each(({ decoded }) => decoded),
  });
  addMetric(registry, {
    name: "millrace_camera_frames_published_total",
    help: "Frames whose results were published.",
    labels: ["camera"],
    read: each(({ published }) => published),
  });
  addMetric(registry, {
    name: "millrace_camera_frames_dropped_total",
    help: "Frames without a result, by reason; decoded is published, dropped and in flight together.",
    labels: ["camera", "reason"],
    read: () =>
      Object.entries(counts()).flatMap(([camera, { dropped }]) =>
        Object.entries(dropped).map(([reason, count]): Sample => [{ camera, reason }, count]),
      ),
  });
  addMetric(registry, {
    name: "millrace_camera_frames_in_flight",
    help: "Frames that are decoded and not settled.",
    labels: ["camera"],
    read: each(({ inFlight }) => inFlight),
  });
  addMetric(registry, {
    name: "millrace_camera_model_reused_total",
    help: "Answers of models that were their last result, as the camera's picture had not changed: runs that were saved.",
    labels: ["camera", "model"],
    read: () =>
      Object.entries(reused()).flatMap(([camera, models]) =>
        Object.entries(models).map(([model, count]): Sample => [{ camera, model }, count]),
      ),
  });
  const parts = (pick: (counts: RegionCount) => number) => () =>
    Object.entries(regions()).map(([camera, count]): Sample => [{ camera }, pick(count)]);
  addMetric(registry, {
    name: "millrace_camera_regions_looked_total",
    help: "Parts of the camera's large pictures that models looked at, a run each.",
    labels: ["camera"],
    read: parts(({ looked }) => looked),
  });
  addMetric(registry, {
    name: "millrace_camera_regions_left_out_total",
    help: "Parts that had to wait for another frame, as there were more of them than `most`.",
    labels: ["camera"],
    read: parts(({ leftOut }) => leftOut),
  });
}

const KINDS = ["pictures", "clips"] as const;

/** Events that are kept, their pictures and clips. */
export function archiveMetrics(registry: Registry, { health }: MetricFacts): void {
  const kept = (pick: (archive: ArchiveHealth) => number) => (): Sample[] => {
    const { archive } = health();
    return archive === null ? [] : [[{}, pick(archive)]];
  };
  const made = (pick: (counts: SnapshotCounts) => number) => () =>
    Object.entries(health().snapshots).map(([camera, counts]): Sample => [{ camera }, pick(counts)]);
  addMetric(registry, { name: "millrace_archive_events", help: "Events on disk.", read: kept(({ events }) => events) });
  addMetric(registry, {
    name: "millrace_archive_bytes",
    help: "Size of their files.",
    read: kept(({ bytes }) => bytes),
  });
  addMetric(registry, {
    name: "millrace_archive_events_deleted_total",
    help: "Events that the budget of the archive has deleted.",
    read: kept(({ deleted }) => deleted),
  });
  addMetric(registry, {
    name: "millrace_archive_files_dropped_total",
    help: "Files of events that were not written.",
    read: kept(({ dropped }) => dropped),
  });
  const files = (pick: (files: FileCounts) => number) => (): Sample[] => {
    const { archive } = health();
    if (archive === null) return [];
    return KINDS.map((kind): Sample => [{ kind }, pick(archive[kind])]);
  };
  addMetric(registry, {
    name: "millrace_archive_files",
    help: "Files of events on disk, by kind: pictures and clips.",
    labels: ["kind"],
    read: files((of) => of.files),
  });
  addMetric(registry, {
    name: "millrace_archive_file_bytes",
    help: "Their size.",
    labels: ["kind"],
    read: files((of) => of.bytes),
  });
  addMetric(registry, {
    name: "millrace_archive_files_deleted_total",
    help: "Files that went with their events, by reason: age, size of the archive, count of its events.",
    labels: ["kind", "reason"],
    read: () => {
      const { archive } = health();
      if (archive === null) return [];
      return KINDS.flatMap((kind) =>
        Object.entries(archive[kind].deleted).map(([reason, count]): Sample => [{ kind, reason }, count]),
      );
    },
  });
  addMetric(registry, {
    name: "millrace_snapshots_total",
    help: "Pictures of events that were made.",
    labels: ["camera"],
    read: made((counts) => counts.made),
  });
  addMetric(registry, {
    name: "millrace_snapshots_skipped_total",
    help: "Better frames of events that came while the encoder of their camera was busy.",
    labels: ["camera"],
    read: made((counts) => counts.skipped),
  });
  const cut = (pick: (counts: ClipCounts) => number) => () =>
    Object.entries(health().clips).map(([camera, counts]): Sample => [{ camera }, pick(counts)]);
  addMetric(registry, {
    name: "millrace_clips_total",
    help: "Clips of events that were made.",
    labels: ["camera"],
    read: cut((counts) => counts.made),
  });
  addMetric(registry, {
    name: "millrace_clips_incomplete_total",
    help: "Those of them that lack a part of what they should show.",
    labels: ["camera"],
    read: cut((counts) => counts.incomplete),
  });
  addMetric(registry, {
    name: "millrace_clips_failed_total",
    help: "Clips of events that could not be made.",
    labels: ["camera"],
    read: cut((counts) => counts.failed),
  });
  addMetric(registry, {
    name: "millrace_clip_ring_bytes",
    help: "Memory of the camera's packets that clips may be cut from.",
    labels: ["camera"],
    read: cut((counts) => counts.ring_bytes),
  });
}

/** Failures of steps, and files that a budget has deleted. */
export function stepMetrics(registry: Registry, { health }: MetricFacts): void {
  addMetric(registry, {
    name: "millrace_step_failures_total",
    help: "Failures of steps and of what they send or write, by code.",
    labels: ["pipeline", "step", "code"],
    read: () =>
      Object.entries(health().failures).flatMap(([pipeline, steps]) =>
        Object.entries(steps).flatMap(([step, codes]) =>
          Object.entries(codes).map(([code, count]): Sample => [{ pipeline, step, code }, count]),
        ),
      ),
  });
  addMetric(registry, {
    name: "millrace_decoders_given_up_total",
    help: "Cameras that a chip did not decode, and software does since.",
    read: () => [[{}, health().decoders_given_up]],
  });
  addMetric(registry, {
    name: "millrace_files_deleted_total",
    help: "Files that the budget of the folder for blocks has deleted.",
    read: () => [[{}, health().deleted_files]],
  });
}

/** The broker and what waits for it; without samples where there is no broker. */
export function outboxMetrics(registry: Registry, { health, outbox }: MetricFacts): void {
  const spool = (pick: (spool: NonNullable<ReturnType<typeof outbox>>["spool"]) => number) => (): Sample[] => {
    const stats = outbox();
    return stats === null ? [] : [[{}, pick(stats.spool)]];
  };
  addMetric(registry, {
    name: "millrace_broker_connected",
    help: "1 while the broker is connected.",
    read: () => (health().broker === "none" ? [] : [[{}, flag(health().broker === "connected")]]),
  });
  addMetric(registry, {
    name: "millrace_messages_published_total",
    help: "Messages given to the network (QoS 0) or acknowledged by the broker (QoS 1), by class.",
    labels: ["class"],
    read: () => Object.entries(outbox()?.classes ?? {}).map(([name, { published }]) => [{ class: name }, published]),
  });
  addMetric(registry, {
    name: "millrace_messages_dropped_total",
    help: "Messages that were given up, by class and reason.",
    labels: ["class", "reason"],
    read: () =>
      Object.entries(outbox()?.classes ?? {}).flatMap(([name, { dropped }]) =>
        Object.entries(dropped).map(([reason, count]): Sample => [{ class: name, reason }, count]),
      ),
  });
  addMetric(registry, {
    name: "millrace_spool_messages",
    help: "Events that wait for the broker.",
    read: spool(({ depth }) => depth),
  });
  addMetric(registry, { name: "millrace_spool_bytes", help: "Their size.", read: spool(({ bytes }) => bytes) });
  addMetric(registry, {
    name: "millrace_spool_oldest_age_seconds",
    help: "How long the oldest of them has waited.",
    read: spool(({ oldestAgeS }) => oldestAgeS ?? 0),
  });
  addMetric(registry, {
    name: "millrace_spool_on_disk",
    help: "1 while events that wait outlive a restart.",
    read: spool(({ storage }) => flag(storage === "disk")),
  });
}
