import {
  closeSync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { messageOf } from "../../base/errors.ts";
import type { Payload } from "../../publish/messages/schemas.ts";

/** The last published message of a track that has not ended. */
export interface OpenEvent {
  topic: string;
  event: Payload<"event">;
}

/** The tracks that are open, on disk: whatever ends the daemon, the next one closes them. */
export interface TrackJournal {
  /** What an earlier run left open. */
  readonly left: readonly OpenEvent[];
  opened(event: OpenEvent): void;
  ended(id: string): void;
  close(): void;
}

export const NO_JOURNAL: TrackJournal = { left: [], opened() {}, ended() {}, close() {} };

/** Lines in the file beyond those of open tracks before it is written again. */
const SLACK = 1000;

/** How soon a disk that failed is tried again: it may be full for a moment only. */
const RETRY_MS = 200;

/**
 * Never throws: a disk that fails is reported to `failed`, once until it works again, and costs the ends of tracks only if the daemon is
 * lost meanwhile.
 */
export function openTrackJournal(path: string, failed: (message: string) => void): TrackJournal {
  const left = read(path);
  const open = new Map(left.map((entry) => [entry.event.id, entry]));
  let fd: number | null = null;
  let lines = 0;
  let retry: NodeJS.Timeout | null = null;

  function attempt(work: () => void): void {
    try {
      work();
      stopTrying();
    } catch (error) {
      if (fd !== null) closeQuietly(fd);
      fd = null;
      if (retry !== null) return;
      retry = setInterval(() => attempt(rewrite), RETRY_MS).unref();
      failed(messageOf(error));
    }
  }

  function stopTrying(): void {
    if (retry !== null) clearInterval(retry);
    retry = null;
  }

  function rewrite(): void {
    if (fd !== null) closeSync(fd);
    fd = null;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const text = Array.from(open.values(), line).join("");
    writeFileSync(`${path}.new`, text, { mode: 0o600 });
    renameSync(`${path}.new`, path);
    fd = openSync(path, "a", 0o600);
    fdatasyncSync(fd);
    lines = open.size;
  }

  function append(text: string): void {
    if (fd === null) return;
    const target = fd;
    attempt(() => {
      writeSync(target, text);
      lines++;
      if (lines > 2 * open.size + SLACK) rewrite();
    });
  }

  attempt(rewrite);
  return {
    left,
    opened(entry) {
      open.set(entry.event.id, entry);
      append(line(entry));
    },
    ended(id) {
      if (open.delete(id)) append(`${JSON.stringify({ ended: id })}\n`);
    },
    close() {
      stopTrying();
      if (fd !== null) closeQuietly(fd);
      fd = null;
    },
  };
}

function line(entry: OpenEvent): string {
  return `${JSON.stringify(entry)}\n`;
}

/** A torn last line, as after a crash, is none. */
function read(path: string): OpenEvent[] {
  const open = new Map<string, OpenEvent>();
  for (const text of textOf(path).split("\n")) {
    const entry = parsed(text);
    if (entry === null) continue;
    if ("ended" in entry) open.delete(entry.ended);
    else open.set(entry.event.id, entry);
  }
  return [...open.values()];
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function parsed(text: string): OpenEvent | { ended: string } | null {
  try {
    const entry: unknown = JSON.parse(text);
    const isEntry = typeof entry === "object" && entry !== null;
    if (isEntry && "ended" in entry && typeof entry.ended === "string") return { ended: entry.ended };
    const { topic, event } = (isEntry ? entry : {}) as Partial<OpenEvent>;
    return typeof topic === "string" && typeof event?.id === "string" ? { topic, event } : null;
  } catch {
    return null;
  }
}

function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // It failed before.
  }
}
