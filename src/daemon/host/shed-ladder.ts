/** Of a camera, when there is not enough of something for all. */
export const PRIORITIES = ["low", "normal", "high"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Why load is shed. */
export type Cause = "memory" | "temperature" | "overload";

/** Share of a camera's frames that is processed; at 0 it is paused. */
export type Share = 1 | 0.5 | 0.25 | 0;

/** In the order of the config. */
export type Ranked = readonly { id: string; priority: Priority }[];

/** One step of giving up: these cameras have this share from here on. */
export interface Rung {
  cameras: readonly string[];
  share: Share;
}

/**
 * What is given up one after the other for a cause, the least important first: no camera is touched while one of less
 * priority still has more than it. Memory is freed by pausing alone. Heat asks for fewer frames first. In an overload each
 * camera loses frames by itself, so those of less priority make room for the others, but go on. One camera is never paused.
 */
export function rungsFor(cause: Cause, cameras: Ranked): Rung[] {
  const groups = PRIORITIES.map((priority) => cameras.filter((camera) => camera.priority === priority))
    .filter((group) => group.length > 0)
    .map((group) => group.map(({ id }) => id));
  if (cause === "overload") return groups.slice(0, -1).flatMap(slower);
  const rungs = groups.flatMap((group) => (cause === "memory" ? paused(group) : [...slower(group), ...paused(group)]));
  return rungs.slice(0, -1);
}

function slower(cameras: readonly string[]): Rung[] {
  return [
    { cameras, share: 0.5 },
    { cameras, share: 0.25 },
  ];
}

function paused(cameras: readonly string[]): Rung[] {
  return cameras.toReversed().map((camera) => ({ cameras: [camera], share: 0 }));
}

/** The share of each camera so far down; those that have all their frames are left out. */
export function sharesAt(rungs: readonly Rung[], depth: number): Map<string, Share> {
  const steps = rungs.slice(0, depth);
  return new Map(steps.flatMap(({ cameras, share }) => cameras.map((camera) => [camera, share] as const)));
}
