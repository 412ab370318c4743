import type { SourceSettings } from "../source-settings.ts";

/** Seconds by which the clock of a stream may differ from arrival, and the longest step of its stamps that is believed. */
export const TRUST_S = 0.5;
/** The time of day may be set; a longer wait between two frames counts as this. */
export const LONGEST_WAIT_S = 60;

export interface RateChoice {
  isLive: boolean;
  /**
   * Where few frames are decoded, seconds by which one may come early: an interval that it misses by a little would be
   * skipped, and the next frame is far. Null where all are.
   */
  earlyS: number | null;
}

type RateSettings = Pick<SourceSettings, "maxFps" | "decode" | "decodedEveryS">;

/** Part of the wanted time between two frames by which one of few may come early. */
const EARLY = 0.1;

/** How early a frame may come where few are decoded; null where all are. */
export function earlyS({ maxFps = 1, decode, decodedEveryS }: RateSettings): number | null {
  if (decode !== "keyframes" && decodedEveryS === undefined) return null;
  return Math.min(EARLY / maxFps, (decodedEveryS ?? Number.POSITIVE_INFINITY) / 2);
}

/**
 * A filter that lets the first frame of every interval pass: a camera may send fewer frames than the limit, so they are chosen,
 * where `fps` would repeat some. The small shift keeps exact multiples from falling into the interval before. Of few frames
 * those pass that are far enough from the one before.
 */
export function rateLimitFilter(maxFps: number, { isLive, earlyS }: RateChoice): string {
  const interval = (time: string) => `floor(${time}*${maxFps}+0.001)`;
  const leastS = earlyS === null ? null : (1 / maxFps - earlyS).toFixed(6);
  if (isLive) {
    const mark = leastS === null ? interval("ld(2)") : "ld(2)";
    const passes = leastS === null ? `gt(${mark},ld(3))` : `gte(${mark}-ld(3),${leastS})`;
    return `select='${liveExpression(`not(n)+${passes}`, mark)}'`;
  }
  const later =
    leastS !== null ? `gte(t-prev_selected_t,${leastS})` : `gt(${interval("t")},${interval("prev_selected_t")})`;
  return `select='isnan(t)+isnan(prev_selected_t)+${later}'`;
}

/**
 * Stamps of a camera may be equal, jump or run at a rate of their own. Its clock goes by them as long as they stay close to arrival
 * and by arrival otherwise. ffmpeg's variables: 0 the time of day before, 1 arrival, 2 the clock of the stream, 3 the mark of the
 * frame that passed last, 4 and 5 the steps of arrival and of the stamps, 6 whether this frame passes.
 */
function liveExpression(passes: string, mark: string): string {
  const waited = `clip(ld(4),0,${LONGEST_WAIT_S})`;
  return [
    "st(4,time(0)-ld(0))",
    "st(0,time(0))",
    `st(1,ld(1)+${waited})`,
    "st(5,t-prev_t)",
    `st(2,ld(2)+if(between(ld(5),0.000001,${TRUST_S}),ld(5),${waited}))`,
    `st(2,clip(ld(2),ld(1)-${TRUST_S},ld(1)+${TRUST_S}))`,
    `st(6,${passes})`,
    `st(3,if(ld(6),${mark},ld(3)))`,
    "ld(6)",
  ].join(";");
}
