import type { PushTarget } from "../../stream/push/push-arguments.ts";
import type { PushAccess } from "../../stream/push/video-push.ts";

/** A stream of video that the config asks for: one output of one camera, to one place. */
export interface VideoTarget {
  pipeline: string;
  camera: string;
  output: string;
  target: PushTarget;
  access: PushAccess;
  fps: number;
  width: number | null;
  bitrateKbps: number;
  /** Name of an encoder, or `auto`. */
  encoder: string;
}
