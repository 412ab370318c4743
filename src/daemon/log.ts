import { pino } from "pino";
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
    { write },
  );
  const repeated = new Map<string, { since: number; left: number }>();

  const emit = (event: DaemonEvent, line: LogLine, leftOut: number) => {
    const message = leftOut > 0 ? `${line.message} (and ${leftOut} more like it)` : line.message;
    if (format === "text") {
      if (WEIGHT[line.level] >= WEIGHT[level]) write(`${clockTime()} ${line.level.padEnd(5)} ${message}\n`);
    } else {
      const { type, ...fields } = event;
      logger[line.level](
        { event: type, ...("message" in fields ? { ...fields, message: undefined } : fields) },
        message,
      );
    }
  };

  return (event) => {
    const line = logLine(event);
    if (line.repeats === null) {
      emit(event, line, 0);
      return;
    }
    const now = performance.now();
    const before = repeated.get(line.repeats);
    if (before !== undefined && now - before.since < REPEAT_MS) {
      before.left++;
      return;
    }
    repeated.set(line.repeats, { since: now, left: 0 });
    emit(event, line, before?.left ?? 0);
  };
}

function levelName(label: string): { level: string } {
  return { level: label };
}

function clockTime(): string {
  return new Date().toTimeString().slice(0, 8);
}
