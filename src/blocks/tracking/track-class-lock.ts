import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import { lazy } from "../../base/lazy.ts";
import { overlap } from "../../geometry/box-overlap.ts";
import { BoxTree } from "../../geometry/box-tree.ts";
import { type Detection, type Detections, withItems } from "../../kinds/detections.ts";
import { ClassVotes, type VoteRules } from "../../tracking/class-votes.ts";
import { isTracked, trackedItems } from "../analytics/tracked.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef, ref } from "../contract/fields.ts";
import { TRACKED_KINDS } from "./tracker-fields.ts";

const unit = lazy(() => z.number().min(0).max(1));

export const trackClassLockV1 = defineBlock({
  type: "roboflow_core/track_class_lock@v1",
  category: "tracking",
  summary: "Settles the class of every tracked object by a vote over its sights, so that it does not flicker.",
  inputs: () =>
    z.object({
      image: ref("image").describe("Frame that the detections were made on; names the video."),
      detections: ref(...TRACKED_KINDS).describe("Objects with tracker ids."),
      min_votes: orRef(z.int().min(1), "integer").default(10).describe("Votes that settle the class of an object."),
      vote_confidence: orRef(unit(), "float_zero_to_one").default(0.8).describe("Score from which a sight is a vote."),
      lead_margin: orRef(z.int().min(0), "integer")
        .default(3)
        .describe("Votes that the class must be ahead of the next to be settled."),
      switch_after: orRef(z.int().min(1), "integer")
        .default(15)
        .describe("Votes in a row for another class that change a settled one."),
      state_ttl: orRef(z.int().min(1), "integer")
        .default(300)
        .describe("Frames without a sight that votes are kept for."),
      reattach_window: orRef(z.int().min(0), "integer")
        .default(30)
        .describe(
          "Frames in which a new id, where an object with a settled class was last seen, takes its votes over; 0 for none.",
        ),
      reattach_iou: orRef(unit(), "float_zero_to_one").default(0.3).describe("Least overlap of the two for that."),
    }),
  outputs: { tracked_detections: TRACKED_KINDS },
  check: ({ reattach_window = 30, state_ttl = 300 }) =>
    reattach_window <= state_ttl
      ? []
      : [{ property: "reattach_window", what: whatIsBeyond(reattach_window, state_ttl) }],
  example: { image: "$inputs.image", detections: "$steps.track.tracked_detections", min_votes: 5 },
  state: () => ({ frame: 0, objects: new Map<number, Seen>() }),
  keeps: [ClassVotes],
  run: (inputs, { state, step }) => {
    const { detections, reattach_window, state_ttl, vote_confidence } = inputs;
    if (reattach_window > state_ttl) {
      const message = `step "${step}": reattach_window ${whatIsBeyond(reattach_window, state_ttl)}`;
      throw new StepError("STEP_INPUT", message, { step });
    }
    const frame = ++state.frame;
    const rules = { minimum: inputs.min_votes, lead: inputs.lead_margin, switchAfter: inputs.switch_after };
    const lost = lostObjects(state.objects, { frame, window: reattach_window, present: idsIn(detections, step) });
    const items = detections.items.map((item) => {
      if (!isTracked(item) || item.trackerId < 0) return item;
      const seen =
        state.objects.get(item.trackerId) ??
        takenOver(state.objects, item, lost, inputs.reattach_iou) ??
        fresh(item, frame);
      state.objects.set(item.trackerId, seen);
      return voted(item, seen, { frame, confidence: vote_confidence, rules });
    });
    for (const [id, { lastSeen }] of state.objects) if (frame - lastSeen > state_ttl) state.objects.delete(id);
    return { tracked_detections: withItems(detections, items) };
  },
});

interface Seen {
  votes: ClassVotes;
  lastSeen: number;
  box: Detection["box"];
}

interface Voting {
  frame: number;
  confidence: number;
  rules: VoteRules;
}

function voted(item: Detection, seen: Seen, { frame, confidence, rules }: Voting): Detection {
  seen.lastSeen = frame;
  seen.box = item.box;
  seen.votes.take(item.confidence >= confidence ? item : null, rules);
  const { verdict } = seen.votes;
  return verdict === null ? item : { ...item, ...verdict };
}

interface Search {
  frame: number;
  /** Frames that an object may be gone for. */
  window: number;
  present: ReadonlySet<number>;
}

interface Lost {
  objects: readonly (readonly [id: number, seen: Seen])[];
  tree: BoxTree;
}

/** Settled objects that are gone, where they were last seen. */
function lostObjects(objects: ReadonlyMap<number, Seen>, { frame, window, present }: Search): Lost {
  const lost: Lost["objects"] = [...objects].filter(([id, { votes, lastSeen }]) => {
    const gap = frame - lastSeen;
    return !present.has(id) && votes.isSettled && gap >= 1 && gap <= window;
  });
  return { objects: lost, tree: new BoxTree(lost.map(([, { box }]) => box)) };
}

/** What is known of the object that was last seen in that place, which is no longer known under its old id. */
function takenOver(
  objects: Map<number, Seen>,
  { box }: Detection,
  lost: Lost,
  minimumOverlap: number,
): Seen | undefined {
  let found: number | null = null;
  let most = 0;
  for (const at of lost.tree.meeting(box)) {
    const shared = overlap(box, lost.objects[at]?.[1].box as Detection["box"]);
    if (shared < minimumOverlap || shared <= most) continue;
    [found, most] = [at, shared];
  }
  if (found === null) return undefined;
  lost.tree.remove(found);
  const [id, seen] = lost.objects[found] as [number, Seen];
  objects.delete(id);
  return seen;
}

function fresh({ box }: Detection, frame: number): Seen {
  return { votes: new ClassVotes(), lastSeen: frame, box };
}

/** Throws STEP_NO_TRACKER_IDS where no detection has one. */
function idsIn(detections: Detections, step: string): Set<number> {
  const tracked = detections.items.some(isTracked)
    ? detections.items.filter(isTracked)
    : trackedItems(detections, step);
  return new Set(tracked.map(({ trackerId }) => trackerId));
}

function whatIsBeyond(window: number, ttl: number): string {
  return `is ${window}, beyond state_ttl (${ttl}), after which votes are forgotten`;
}
