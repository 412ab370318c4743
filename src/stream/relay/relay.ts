import { readFile } from "node:fs/promises";
import type { SourceError } from "../../base/errors.ts";
import { openHttpRelay } from "./http-relay.ts";
import type { PassingPicture } from "./passing-pictures.ts";
import { openRtspRelay } from "./rtsp-relay.ts";

export interface RelaySettings {
  /** `rtsp:`, `rtsps:`, `http:` or `https:`, without user name and password. */
  url: string;
  username?: string;
  password?: string;
  transport: "tcp" | "udp";
  /** Of rtsps and https: whether the certificate must be valid, and a PEM file with the authority it may be of. */
  tls?: { verify: boolean; caFile?: string };
  /** Called for each picture of H.264 or H.265 that comes over TCP, when the next one begins. */
  pictures?: (picture: PassingPicture) => void;
  /** The camera cannot be reached, or does not give its stream: ffmpeg would tell less of it. */
  failed?: (error: SourceError) => void;
}

/** The same with files read. */
export interface DoorSettings extends Omit<RelaySettings, "tls"> {
  trust: { verify: boolean; ca?: string };
}

/** A door on loopback that leads to one camera. */
export interface Relay {
  /** Address for ffmpeg: it holds neither user name nor password nor anything else of the camera's. */
  readonly url: string;
  /** Milliseconds of `performance.now()` when media came last; null where none came, or none comes this way. */
  readonly mediaAt: number | null;
  close(): void;
}

/** True for addresses that a relay supports. */
export function isRelayed(url: string): boolean {
  return /^(rtsps?|https?):\/\//i.test(url);
}

/**
 * Opens a relay for one ffmpeg. User name and password stay in this process: command lines are read by every user of
 * the machine. Only our own user gets through.
 */
export async function openRelay({ tls = { verify: true }, ...settings }: RelaySettings): Promise<Relay> {
  const ca = tls.caFile === undefined ? {} : { ca: await readFile(tls.caFile, "utf8") };
  const door: DoorSettings = { ...settings, trust: { verify: tls.verify, ...ca } };
  return /^rtsp/i.test(settings.url) ? openRtspRelay(door) : openHttpRelay(door);
}
