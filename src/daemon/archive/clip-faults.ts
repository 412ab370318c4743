import type { Cut, Run } from "../../stream/packets/packet-ring.ts";

/** What a clip should show and does not. */
export interface ClipFault {
  code: string;
  lacks: "start" | "middle" | "end";
  message: string;
}

interface Asked {
  run: Run;
  fromPts: number;
  untilPts: number;
}

/** Pictures that are further apart are missing some between them. */
const GAP_S = 2;
/** What frames of slow cameras are apart. */
const END_S = 1;

export function faultsOf(cut: Cut, { run, fromPts, untilPts }: Asked): ClipFault[] {
  const faults: ClipFault[] = [];
  if (run.lostUntilPts > fromPts && cut.fromPts > fromPts) {
    const message = `it begins ${(cut.fromPts - fromPts).toFixed(1)} s late, as the packets before did not fit into the memory for them; raise "clips.ring_mb"`;
    faults.push({ code: "CLIP_START_LOST", lacks: "start", message });
  }
  if (cut.gapS > GAP_S) {
    const message = `no packets came for ${cut.gapS.toFixed(1)} s in between`;
    faults.push({ code: "CLIP_GAP", lacks: "middle", message });
  }
  if (run.hasEnded && cut.toPts < untilPts - END_S) {
    const message = "it ends where the connection to the camera, or the file, ended";
    faults.push({ code: "CLIP_STREAM_ENDED", lacks: "end", message });
  }
  return faults;
}

/** Why there is nothing to make a clip of. */
export function nothingToCut({ codec, tables }: Run): { code: string; message: string } {
  if (codec === null)
    return { code: "CLIP_CODEC", message: "its packets are neither H.264 nor H.265, and only these are copied" };
  if (tables === null) return NO_PACKETS;
  const message =
    'no key frame of that time is left in memory; let the camera send them more often, or raise "clips.ring_mb"';
  return { code: "CLIP_NO_PACKETS", message };
}

export const NO_PACKETS = { code: "CLIP_NO_PACKETS", message: "no packets of that time came from the decoder" };
