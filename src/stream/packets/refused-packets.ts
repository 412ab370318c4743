import type { SourceError } from "../../base/errors.ts";

/** What ffmpeg says when it cannot write what it only copies. */
export function isOfPackets({ details: { stderr } }: SourceError): boolean {
  return Array.isArray(stderr) && stderr.some((line) => REFUSED_PACKETS.test(String(line)));
}

const REFUSED_PACKETS = /dimensions not set|incorrect codec parameters|format 'fifo'/i;
