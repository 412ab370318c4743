import type { EncodeEvent, Event } from "./event-format.ts";

const TYPES = { start: "new", update: "update", end: "end" } as const;

/** As Frigate has them on `frigate/events`: the object before and after. */
export const encodeFrigate: EncodeEvent = (event, before) => {
  const body = { type: TYPES[event.phase], before: objectOf(before ?? event), after: objectOf(event) };
  return [{ topic: "frigate/events", body }];
};

function objectOf({ id, camera, ts, phase, object, frame, ...event }: Event) {
  const [left, top, right, bottom] = object.px;
  const [width, height] = [right - left, bottom - top];
  const time = secondsOf(ts);
  return {
    id,
    camera,
    frame_time: time,
    label: object.class,
    sub_label: null,
    score: object.confidence,
    top_score: event.best_confidence ?? object.confidence,
    false_positive: false,
    start_time: event.start_ts === undefined ? time : secondsOf(event.start_ts),
    end_time: phase === "end" ? time : null,
    box: object.px,
    area: width * height,
    ratio: height === 0 ? 0 : Math.round((width / height) * 100) / 100,
    region: [0, 0, frame.width, frame.height],
    current_zones: phase === "end" ? [] : object.zones,
    entered_zones: event.zones_entered ?? object.zones,
    active: phase !== "end",
    stationary: false,
    motionless_count: 0,
    position_changes: 0,
    attributes: {},
    current_attributes: [],
    thumbnail: null,
    has_snapshot: event.snapshot !== null && event.snapshot !== undefined,
    has_clip: false,
  };
}

function secondsOf(ts: string): number {
  return Date.parse(ts) / 1000;
}
