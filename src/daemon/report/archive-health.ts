/** Events that are kept on disk, in `/health` and in metrics. */
export interface ArchiveHealth {
  /** Events with files, and the bytes of these. */
  events: number;
  bytes: number;
  /** Events that the budget has deleted since the start. */
  deleted: number;
  /** Files that were not written since the start. */
  dropped: number;
  /** Why the last one was not; null once one of its kind was. */
  error: string | null;
  pictures: FileCounts;
  clips: FileCounts;
}

/** Why an event was deleted with its files: too old, in the way of bytes, or of the number of events. */
export type DeletionReason = "age" | "size" | "count";

/** Files of one kind. */
export interface FileCounts {
  files: number;
  bytes: number;
  /** Since the start. */
  deleted: Readonly<Record<DeletionReason, number>>;
}

/** Clips of the events of a camera. */
export interface ClipCounts {
  made: number;
  /** Of those made, how many lack a part of what they should show. */
  incomplete: number;
  failed: number;
  /** Memory of the packets that may be needed. */
  ring_bytes: number;
}

/** Pictures of the events of a camera. */
export interface SnapshotCounts {
  made: number;
  skipped: number;
  failed: number;
}
