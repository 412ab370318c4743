import { MillraceError, messageOf } from "../base/errors.ts";
import type { KindCodecs } from "./codec.ts";
import { isDetections } from "./detections.ts";
import { isImage } from "./image.ts";
import { DETECTION_KINDS } from "./kinds.ts";
import { type SerialiseOptions, serialise } from "./serialise.ts";
import { isVideoMetadata } from "./video-metadata.ts";

/**
 * A value as plain JSON data by the codecs of its kinds, tried in order; those of plugins come before the built-in ones.
 * Throws SERIALISE_FAILED when a plugin's codec failed and no other kind fits.
 */
export function serialiseAs(
  value: unknown,
  kinds: readonly string[],
  { codecs, ...options }: SerialiseOptions & { codecs: KindCodecs },
): unknown {
  if (value === null || value === undefined) return null;
  const reasons: string[] = [];
  for (const kind of codecs.size === 0 ? [] : kinds) {
    const own = codecs.get(kind)?.serialise;
    if (own === undefined && fits(value, kind)) return serialise(value, [kind], options);
    if (own === undefined) continue;
    try {
      return serialise(own(value), ["*"], options);
    } catch (error) {
      reasons.push(`${kind}: ${messageOf(error)}`);
    }
  }
  if (reasons.length === 0) return serialise(value, kinds, options);
  throw new MillraceError("SERIALISE_FAILED", `a value cannot be written as ${reasons.join("; ")}`);
}

/** Whether the built-in form of a kind is for such values; most kinds have none. */
function fits(value: unknown, kind: string): boolean {
  if (kind === "*" || kind === "detections_overlaps") return true;
  if (kind === "image") return isImage(value);
  if (kind === "video_metadata") return isVideoMetadata(value);
  if (kind === "timestamp") return value instanceof Date;
  if (kind === "secret") return typeof value === "string";
  return DETECTION_KINDS.includes(kind) && isDetections(value);
}
