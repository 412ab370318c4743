import type { EncodeEvent } from "./event-format.ts";

/** The minimal schema of DeepStream's message converter, with the one object of the event. */
export const encodeDeepstream: EncodeEvent = ({ camera, ts, frame, object }, _before, root) => {
  const label = object.class.replaceAll("|", " ");
  const text = [object.track ?? -1, ...object.px, label, "#", object.confidence].join("|");
  const body = { version: "4.0", id: String(frame.id), "@timestamp": ts, sensorId: camera, objects: [text] };
  return [{ topic: `${root}/camera/${camera}/deepstream`, body }];
};
