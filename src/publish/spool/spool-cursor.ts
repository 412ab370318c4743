import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Loss, Place, StoredRecord } from "./spool-record.ts";

/** A segment file on disk. */
export interface StoredSegment {
  name: string;
  bytes: number;
  stored: StoredRecord[];
  loss: Loss;
}

/** What another run had delivered of the segment that it was at. */
export interface SpoolCursor {
  /** It points at no record of these segments. */
  isLost: boolean;
  /** As it is on disk, or should be. */
  text: string;
  undelivered(name: string, records: readonly StoredRecord[]): readonly StoredRecord[];
}

const NOWHERE = "0 0";

/** Reads the cursor; it counts for the one segment that holds the very record it names, so that a wrong one costs nothing. */
export function openCursor(directory: string, segments: readonly StoredSegment[]): SpoolCursor {
  const text = readText(directory);
  const [, number, crc] = /^(\d+) (\d+)$/.exec(text) ?? [];
  const isIt = (one: StoredRecord) => one.number === Number(number) && one.crc === Number(crc);
  const at = segments.find(({ stored }) => stored.some(isIt));
  const first = Number.parseInt(segments[0]?.name ?? "", 10);
  const isBehindAll = segments.length === 0 || Number(number) < first;
  return {
    isLost: at === undefined && !isBehindAll,
    text: at === undefined ? NOWHERE : text,
    undelivered: (name, records) =>
      name === at?.name ? records.filter((one) => one.number > Number(number)) : records,
  };
}

export function cursorText({ number, crc }: Place): string {
  return `${number} ${crc}`;
}

function readText(directory: string): string {
  try {
    return readFileSync(join(directory, "cursor"), "utf8");
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === "ENOENT" ? NOWHERE : "";
  }
}
