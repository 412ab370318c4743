const CAUSES = [
  "refused",
  "busy",
  "not_found",
  "unauthorised",
  "untrusted",
  "unsupported",
  "codec",
  "timeout",
  "stalled",
  "ended",
  "geometry_changed",
  "no_memory",
  "decoder_failed",
] as const;

/** Why a run of a source ended. */
export type FailureCause = (typeof CAUSES)[number];

export function isFailureCause(value: unknown): value is FailureCause {
  return CAUSES.some((cause) => cause === value);
}

export interface ProcessEnd {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** Last lines of stderr. */
  lines: readonly string[];
}

/** Texts of ffmpeg 4 to 7, the most telling first; a line that only follows from another one comes later. */
const TEXTS: readonly (readonly [RegExp, FailureCause])[] = [
  [/\b40[13] (Unauthorized|Forbidden)|authorization failed|access denied|Permission denied/i, "unauthorised"],
  [/\b404 Not Found|No such file or directory|Failed to resolve hostname|Is a directory|No such device/i, "not_found"],
  [/failed: 453\b|Not Enough Bandwidth|503 Service Unavailable|Device or resource busy/i, "busy"],
  [/Connection refused|No route to host|Network is unreachable|Connection reset by peer|Host is down/i, "refused"],
  [/timed out|Operation timeout|Timeout/i, "timeout"],
  [/Cannot allocate memory/i, "no_memory"],
  [/Unknown decoder|Decoder \(.*\) not found|Unsupported codec|Could not find codec parameters/i, "codec"],
  [/Protocol not found/i, "unsupported"],
  [/matches no streams|does not contain any stream|Error while opening decoder/i, "codec"],
  [/Invalid data found when processing input|moov atom not found|Unable to find a suitable/i, "codec"],
  [/Server returned [45]XX/i, "refused"],
];

/** The cause of an unexpected end; a signal means that the decoder crashed or was killed. */
export function failureCause({ exitCode, signal, lines }: ProcessEnd, hasFrames: boolean): FailureCause {
  if (signal !== null || (exitCode !== null && exitCode > 128)) return "decoder_failed";
  const isGone = exitCode === 0 || lines.some((line) => /End of file|EOF/.test(line));
  if (isGone && hasFrames) return "ended";
  const cause = TEXTS.find(([text]) => lines.some((line) => text.test(line)))?.[1];
  return cause ?? (exitCode === 0 ? "codec" : "decoder_failed");
}
