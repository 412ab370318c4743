/** Seconds by which the clock of a stream may differ from arrival, and the longest step of its stamps that is believed. */
const TRUST_S = 0.5;
/** The time of day may be set; a longer wait between two frames counts as this. */
const LONGEST_WAIT_S = 60;

/**
 * A filter that lets the first frame of every interval pass: a camera may send fewer frames than the limit, so they are chosen,
 * where `fps` would repeat some. The small shift keeps exact multiples from falling into the interval before.
 */
export function rateLimitFilter(maxFps: number, isLive: boolean): string {
  const interval = (time: string) => `floor(${time}*${maxFps}+0.001)`;
  if (isLive) return `select='${liveExpression(interval("ld(2)"))}'`;
  return `select='isnan(t)+isnan(prev_selected_t)+gt(${interval("t")},${interval("prev_selected_t")})'`;
}

/**
 * Stamps of a camera may be equal, jump or run at a rate of their own. Its clock goes by them as long as they stay close to arrival
 * and by arrival otherwise. ffmpeg's variables: 0 the time of day before, 1 arrival, 2 the clock of the stream, 3 the interval that
 * passed last, 4 and 5 the steps of arrival and of the stamps, 6 the interval of this frame, 7 the answer.
 */
function liveExpression(interval: string): string {
  const waited = `clip(ld(4),0,${LONGEST_WAIT_S})`;
  return [
    "st(4,time(0)-ld(0))",
    "st(0,time(0))",
    `st(1,ld(1)+${waited})`,
    "st(5,t-prev_t)",
    `st(2,ld(2)+if(between(ld(5),0.000001,${TRUST_S}),ld(5),${waited}))`,
    `st(2,clip(ld(2),ld(1)-${TRUST_S},ld(1)+${TRUST_S}))`,
    `st(6,${interval})`,
    "st(7,gt(ld(6),ld(3)))",
    "st(3,max(ld(3),ld(6)))",
    "ld(7)",
  ].join(";");
}
