import type { TrackedDetection } from "./tracked.ts";

/** What is known of one tracked object, by the names that leave. */
export interface TrackEvent {
  tracker_id: number;
  class_name: string;
  first_seen_frame: number;
  first_seen_timestamp: number;
  last_seen_frame: number;
  last_seen_timestamp: number;
  first_seen_relative: number;
  last_seen_relative: number;
  frame_count: number;
}

/** Seconds of a frame: of the day, as Unix time, and on the clock of its video. */
export interface FrameTimes {
  timestamp: number;
  clock: number;
}

export interface LogRules {
  /** Frames that must show an object before it counts as logged. */
  threshold: number;
  /** Frames between two looks for objects that are gone, and frames without a sight after which one is. */
  flushEvery: number;
  staleAfter: number;
}

/** When the objects of one camera were first and last seen. Frames are counted from 1 as they come. */
export class EventLog {
  private readonly events = new Map<number, TrackEvent>();
  private frame = 0;
  private flushedAt = 1;
  private startedAt: number | null = null;

  /** Takes a frame with what it shows; the logged events of objects that are gone are given once. */
  update(items: readonly TrackedDetection[], times: FrameTimes, rules: LogRules): TrackEvent[] {
    this.frame++;
    this.startedAt ??= times.clock;
    const complete = this.flush(rules);
    for (const item of items) this.see(item, times);
    return complete;
  }

  /** The events by whether they count as logged, by the text of the tracker id. */
  split({ threshold }: LogRules) {
    const logged: Record<string, TrackEvent> = {};
    const pending: Record<string, TrackEvent> = {};
    for (const event of this.events.values()) {
      (event.frame_count >= threshold ? logged : pending)[event.tracker_id] = { ...event };
    }
    return { logged, pending };
  }

  private flush({ threshold, flushEvery, staleAfter }: LogRules): TrackEvent[] {
    if (this.frame - this.flushedAt < flushEvery) return [];
    this.flushedAt = this.frame;
    const gone = [...this.events.values()].filter((event) => this.frame - event.last_seen_frame > staleAfter);
    for (const { tracker_id } of gone) this.events.delete(tracker_id);
    return gone.filter((event) => event.frame_count >= threshold);
  }

  private see({ trackerId, class: name }: TrackedDetection, { timestamp, clock }: FrameTimes): void {
    const relative = clock - (this.startedAt ?? clock);
    const event = this.events.get(trackerId) ?? {
      tracker_id: trackerId,
      class_name: name,
      first_seen_frame: this.frame,
      first_seen_timestamp: timestamp,
      first_seen_relative: relative,
      frame_count: 0,
    };
    this.events.set(trackerId, {
      ...event,
      last_seen_frame: this.frame,
      last_seen_timestamp: timestamp,
      last_seen_relative: relative,
      frame_count: event.frame_count + 1,
    });
    if (this.events.size > MOST_EVENTS) this.forgetOldest();
  }

  private forgetOldest(): void {
    for (const id of this.events.keys()) {
      this.events.delete(id);
      return;
    }
  }
}

const MOST_EVENTS = 16_384;
