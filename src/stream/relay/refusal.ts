import { SourceError } from "../../base/errors.ts";
import type { FailureCause } from "../ffmpeg/failure-cause.ts";

export interface Refusal {
  status: number;
  reason: string;
  /** What was asked for. */
  method: string;
  transport?: "tcp" | "udp";
}

/** What it means that a camera answers so; null where nothing depends on it. */
export function refusal({ status, reason, method, transport }: Refusal): SourceError | null {
  if (status < 400) return null;
  const [cause, sentence] = meaning(status, method, transport);
  const answer = `${status} ${reason}`.trim();
  return new SourceError(`STREAM_${cause.toUpperCase()}`, `${sentence} (${answer})`, { cause });
}

function meaning(status: number, method: string, transport?: "tcp" | "udp"): [FailureCause, string] {
  const other = transport === "tcp" ? "udp" : "tcp";
  if (status === 401) return ["unauthorised", "access is denied; check user name and password"];
  if (status === 403)
    return ["unauthorised", "this user may not see the stream; check user name, password and address"];
  if (status === 404 || status === 410) return ["not_found", "it has no such stream; check the path of the address"];
  if (status === 453) return ["busy", "it gives no more streams: close other viewers, or ask for a smaller stream"];
  if (status === 461) return ["refused", `it does not send over ${transport}: set "transport: ${other}"`];
  if (status === 503) return ["busy", "it is busy or not ready"];
  return ["refused", `it refuses ${method}`];
}
