import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import { TIME_ZONES } from "./time-zones.ts";

export const currentTimeV1 = defineBlock({
  type: "roboflow_core/current_time@v1",
  category: "data",
  summary: "Tells the date and the time of day in a time zone.",
  inputs: () =>
    z.object({
      timezone: orRef(z.enum(TIME_ZONES), "string").default("UTC").describe('Name of a zone, such as "Europe/Berlin".'),
    }),
  outputs: { timestamp: "timestamp", iso_string: "string", date: "string", time: "string" },
  needs: ["time"],
  example: { timezone: "Europe/Berlin" },
  run: ({ timezone }, { services, step }) => {
    const now = services.time.now();
    const { date, time, offset } = clockIn(now, knownZone(timezone, step));
    const fraction = now.getMilliseconds() === 0 ? "" : `.${String(now.getMilliseconds()).padStart(3, "0")}000`;
    return { timestamp: now, iso_string: `${date}T${time}${fraction}${offset}`, date, time };
  },
});

/** The date and the time of day in a zone, and how far it is from UTC. */
function clockIn(now: Date, zone: string) {
  const parts = formatOf(zone).formatToParts(now);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((found) => found.type === type)?.value ?? "";
  return {
    date: `${part("year")}-${part("month")}-${part("day")}`,
    time: `${part("hour")}:${part("minute")}:${part("second")}`,
    // "GMT" where nothing is added, "GMT+05:30" elsewhere.
    offset: part("timeZoneName").slice("GMT".length) || "+00:00",
  };
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one takes longer than all the rest; there are as many as zones. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const made = formats.get(zone);
  if (made !== undefined) return made;
  const twoDigits = {
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  } as const;
  const form = { year: "numeric", ...twoDigits, hourCycle: "h23", timeZoneName: "longOffset" } as const;
  const format = new Intl.DateTimeFormat("en-US", { ...form, timeZone: zone });
  formats.set(zone, format);
  return format;
}

function knownZone(zone: string, step: string): string {
  if ((TIME_ZONES as readonly string[]).includes(zone)) return zone;
  const message = `step "${step}": timezone is ${JSON.stringify(zone)}, expected one of ${TIME_ZONES.join(", ")}`;
  throw new StepError("STEP_INPUT", message, { step });
}
