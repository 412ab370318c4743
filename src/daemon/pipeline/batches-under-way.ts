/** Decides how many batches a pipeline has in flight. */
export interface Crew {
  /** Sessions of a model. */
  sessions: number;
  cameras: number;
  /** Most frames in a batch, one of each camera. */
  batchSize: number;
}

/**
 * As many batches as there are sessions, two at least, and so many more that every session has a frame, another is at hand for the
 * first that becomes free, and one is on its way. Frames beyond that would only grow old before they are looked at.
 */
export function batchesUnderWay({ sessions, cameras, batchSize }: Crew): number {
  return Math.max(2, sessions, Math.ceil((sessions + 2) / Math.min(cameras, batchSize)));
}
