import { styleText } from "node:util";
import { pino } from "pino";
import type { Clock } from "../../base/clock.ts";
import { printable, printableEntry } from "../../base/printable.ts";
import type { DaemonEvent, Report } from "./events.ts";
import type { Level, LogLine } from "./line.ts";
import { logLine } from "./log-line.ts";
import { Repeats } from "./repeats.ts";

export interface LogSettings {
  level: Level;
  /** JSON lines for machines, text for people. */
  format: "json" | "text";
  write?: (line: string) => void;
  /** Levels of text are in colour. */
  isColoured?: boolean;
  clock?: Clock;
}

const WEIGHT: Readonly<Record<Level, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Turns events into log lines on standard error; what repeats is counted and written ever less often. */
export function openLog({
  level,
  format,
  write = (line) => void process.stderr.write(line),
  isColoured = false,
  clock,
}: LogSettings): Report {
  const logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: levelName } },
    { write: (line) => write(printable(line)) },
  );
  const emit = (event: DaemonEvent, line: LogLine, leftOut: number) => {
    const message = leftOut > 0 ? `${line.message} (and ${leftOut} more like it)` : line.message;
    if (format === "text") {
      // What comes over and over shows its code once.
      const below = leftOut > 0 || line.below === undefined ? "" : `${line.below}\n`;
      const entry = `${message}\n${below}`.trimEnd();
      if (WEIGHT[line.level] >= WEIGHT[level])
        write(`${clockTime()} ${levelText(line.level, isColoured)} ${printableEntry(entry)}\n`);
    } else {
      const { type, ...fields } = event;
      const shown = { ...fields, ...(leftOut > 0 && { left_out: leftOut }) };
      logger[line.level]({ event: type, ...("message" in shown ? { ...shown, message: undefined } : shown) }, message);
    }
  };

  const repeats = new Repeats<{ event: DaemonEvent; line: LogLine }>({
    tell: ({ event, line }, leftOut) => emit(event, line, leftOut),
    ...(clock && { clock }),
  });
  /** The end of a fault that was held back is held back with it. */
  function overKey(faults: string): string | null {
    const isHeld = repeats.holds(faults);
    repeats.heal(faults);
    return isHeld ? `over ${faults}` : null;
  }

  return (event) => {
    const line = logLine(event);
    if (event.type === "daemon_stopped") repeats.close();
    if (line.renews !== undefined) repeats.renew(line.renews);
    const key = line.heals === undefined ? line.repeats : overKey(line.heals);
    if (key === null) emit(event, line, 0);
    else repeats.add(key, { event, line });
  };
}

const COLOURS = { debug: "gray", info: "green", warn: "yellow", error: "red" } as const;

function levelText(level: Level, isColoured: boolean): string {
  const padded = level.padEnd(5);
  return isColoured ? styleText(COLOURS[level], padded) : padded;
}

function levelName(label: string): { level: string } {
  return { level: label };
}

function clockTime(): string {
  return new Date().toTimeString().slice(0, 8);
}
