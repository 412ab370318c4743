import { pino } from "pino";
import { printable, printableEntry } from "../base/printable.ts";
import { type DaemonEvent, type Level, type LogLine, logLine, type Report } from "./events.ts";

export interface LogSettings {
  level: Level;
  /** JSON lines for machines, text for people. */
  format: "json" | "text";
  write?: (line: string) => void;
}

const REPEAT_MS = 1000;
const WEIGHT: Readonly<Record<Level, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Turns events into log lines on standard error; what repeats is counted and written once a second. */
export function openLog({ level, format, write = (line) => void process.stderr.write(line) }: LogSettings): Report {
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
        write(`${clockTime()} ${line.level.padEnd(5)} ${printableEntry(entry)}\n`);
    } else {
      const { type, ...fields } = event;
      logger[line.level](
        { event: type, ...("message" in fields ? { ...fields, message: undefined } : fields) },
        message,
      );
    }
  };

  const held = new Map<string, Held>();

  /** Writes what was held back, until a second has passed without any. */
  function release(key: string): void {
    const { last, count } = held.get(key) ?? { last: null, count: 0 };
    held.delete(key);
    if (last === null) return;
    emit(last.event, last.line, count - 1);
    hold(key);
  }

  function hold(key: string): void {
    held.set(key, { last: null, count: 0 });
    setTimeout(() => release(key), REPEAT_MS).unref();
  }

  return (event) => {
    const line = logLine(event);
    const waiting = line.repeats === null ? undefined : held.get(line.repeats);
    if (waiting !== undefined) {
      waiting.last = { event, line };
      waiting.count++;
      return;
    }
    emit(event, line, 0);
    if (line.repeats !== null) hold(line.repeats);
  };
}

/** Events of one key that came within a second: the last of them, and how many. */
interface Held {
  last: { event: DaemonEvent; line: LogLine } | null;
  count: number;
}

function levelName(label: string): { level: string } {
  return { level: label };
}

function clockTime(): string {
  return new Date().toTimeString().slice(0, 8);
}
