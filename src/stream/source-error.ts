import { SourceError } from "../base/errors.ts";
import type { FailureCause, ProcessEnd } from "./ffmpeg/failure-cause.ts";
import { inputKind } from "./source-settings.ts";

const SENTENCES: Record<FailureCause, string> = {
  refused: "nothing accepts the connection; check address and port, and that the camera is on",
  busy: "it serves no further viewer; close another one, or raise its limit of connections",
  not_found: "there is no such host, stream, device or file; check the address",
  unauthorised: "access is denied; check user name and password",
  untrusted: "its certificate is not trusted",
  unsupported: "this ffmpeg does not read addresses of that kind; install another, or use rtsp:// or http://",
  codec: "it has no video that ffmpeg can decode",
  timeout: "no frame arrived in time",
  stalled: "frames stopped coming",
  ended: "the stream ended",
  geometry_changed: "the picture size changed",
  no_memory: "there is not enough memory for its frames",
  decoder_failed: "ffmpeg failed",
};

/** The meaning of the same cause for files and devices. */
const LOCAL: Partial<Record<FailureCause, string>> = {
  unauthorised: "it may not be read; check the permissions of the file or device and of its folders",
  not_found: "there is no such file or device; check the path",
};

export interface FailedRun {
  cause: FailureCause;
  url: string;
  end: ProcessEnd;
  /** What we ourselves found wrong, when it was not the process. */
  original?: unknown;
}

/** The error of a run that ended: `details` has cause, exit code, signal and the last lines of stderr. */
export function sourceError({ cause, url, end, original }: FailedRun): SourceError {
  const { exitCode, signal, lines } = end;
  const isLocal = ["file", "v4l2"].includes(inputKind(url));
  const sentence = (isLocal ? LOCAL[cause] : undefined) ?? SENTENCES[cause];
  const reason = original instanceof Error ? original.message : `${sentence}${outcome(cause, end)}`;
  const details = { cause, exitCode, signal, stderr: [...lines] };
  const options = original === undefined ? {} : { cause: original };
  return new SourceError(`STREAM_${cause.toUpperCase()}`, `"${url}": ${reason}`, details, options);
}

/** How the process ended, in ffmpeg's words where it has some. */
function outcome(cause: FailureCause, { exitCode, signal, lines }: ProcessEnd): string {
  if (cause === "ended") return "";
  if (signal !== null) return ` (signal ${signal})`;
  const last = lines.findLast((line) => line.trim() !== "" && !/Statistics:|Did you mean|Last message/.test(line));
  return last === undefined ? ` (exit code ${exitCode})` : ` (exit code ${exitCode}, ffmpeg: ${last.trim()})`;
}
