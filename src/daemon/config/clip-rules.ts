import { Clips } from "./schema/camera-schema.ts";
import type { CameraConfig } from "./schema/config-schema.ts";

/** How the clips of a camera are to be. */
export interface ClipRules {
  beforeS: number;
  afterS: number;
  longestS: number;
  /** Memory for packets. */
  ringBytes: number;
}

/** Null where events have no clips. */
export function clipRules({ clips }: Pick<CameraConfig, "clips">): ClipRules | null {
  if (clips === false) return null;
  const { before_s, after_s, longest_s, ring_mb } = clips === true ? Clips.parse({}) : clips;
  return { beforeS: before_s, afterS: after_s, longestS: longest_s, ringBytes: ring_mb * 2 ** 20 };
}
