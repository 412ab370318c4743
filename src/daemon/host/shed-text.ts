import type { Cause, Share } from "./shed-ladder.ts";

const WHY: Readonly<Record<Cause, string>> = {
  memory: "memory runs out",
  temperature: "the machine is too hot",
  overload: "cameras of more priority lose frames",
};

/** What becomes of a camera whose load is shed, and why. */
export function shedText(share: Share, cause: Cause | null): string {
  if (share === 1 || cause === null) return "all frames are processed again";
  const what = { 0: "paused", 0.25: "every fourth frame is processed", 0.5: "every second frame is processed" }[share];
  return `${what}, as ${WHY[cause]}`;
}
