import { expect, it } from "vitest";
import { detectionEventLogV1 } from "../../../src/blocks/analytics/detection-event-log.ts";
import { Step, type Values } from "../run-block.ts";
import { detection, detections, frame } from "../values.ts";

const SETTINGS = { frame_threshold: 2, flush_interval: 3, stale_frames: 2 };

/** A frame every half second that shows the objects of these ids. */
function look(step: Step, n: number, ids: readonly (number | undefined)[], source?: string): Values {
  const items = ids.map((trackerId) => detection([0, 0, 9, 9], trackerId === undefined ? {} : { trackerId }));
  const image = frame(n, { clockS: 100 + n / 2, frameTimestamp: 5000 });
  return step.run({ image, detections: detections(items), ...SETTINGS }, source);
}

it("logs an object after enough sights, with times by the clock of the frames", () => {
  const step = new Step(detectionEventLogV1);
  expect(look(step, 1, [7])).toMatchObject({ total_logged: 0, total_pending: 1 });
  expect(look(step, 2, [7, 8])).toMatchObject({
    total_logged: 1,
    total_pending: 1,
    event_log: {
      logged: {
        7: {
          tracker_id: 7,
          class_name: "person",
          first_seen_frame: 1,
          last_seen_frame: 2,
          first_seen_timestamp: 5,
          last_seen_timestamp: 5,
          first_seen_relative: 0,
          last_seen_relative: 0.5,
          frame_count: 2,
        },
      },
    },
  });
});

it("tells once of a logged object that is gone, and drops one that never was logged", () => {
  const step = new Step(detectionEventLogV1);
  look(step, 1, [7, 8]);
  look(step, 2, [7]);
  const later = [3, 4, 5, 6, 7, 8].map((n) => look(step, n, []));
  expect(later.map(({ complete_events }) => Object.keys(complete_events as object))).toEqual([
    [],
    [],
    [],
    [],
    ["7"],
    [],
  ]);
  expect(later.at(-1)).toMatchObject({ total_logged: 0, total_pending: 0 });
});

it("leaves out objects without ids, and keeps cameras apart", () => {
  const step = new Step(detectionEventLogV1);
  expect(look(step, 1, [undefined, 4])).toMatchObject({ total_pending: 1 });
  expect(look(step, 1, [], "other")).toMatchObject({ total_pending: 0 });
});
