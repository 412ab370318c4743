import type { Claims, Lock } from "../claim/claims.ts";
import { configuredFfmpeg } from "../config/configured-ffmpeg.ts";
import type { Report } from "../report/events.ts";
import type { PreparedConfig } from "./config-changes.ts";

interface Around {
  claims: Claims;
  report: Report;
  signal: AbortSignal;
}

/**
 * Proves beside a daemon that runs what another one needs and cannot have twice: its claims, which are held until it
 * is open, a working ffmpeg, the memory for frames. Throws the failure.
 */
export async function prove({ config }: PreparedConfig, { claims, report, signal }: Around): Promise<Lock> {
  const claim = await claims.take(config, report);
  try {
    await configuredFfmpeg(config, signal);
    // Pages cost nothing until they are touched, so this is an address range alone.
    void new SharedArrayBuffer(config.frame_memory_mb * 2 ** 20);
    return claim;
  } catch (error) {
    await claim.release();
    throw error;
  }
}
