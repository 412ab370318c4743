import { line, retry, words } from "./line.ts";

const CHOSEN = {
  keyframes: "to decode its keyframes alone: they come as often as max_fps wants frames",
  referenced: "to leave out frames that no other refers to: the rest give max_fps as evenly",
  all: "to decode all frames, as its keyframes no longer come regularly",
};

/** Log lines of cameras and of ffmpeg. */
export const CAMERA_WORDS = words({
  cameras_reopened: (event) =>
    line(
      "info",
      `pipeline ${event.pipeline}: the new definition needs other pictures, so its cameras are reopened: ${event.cameras.join(", ")}`,
    ),
  ffmpeg_found: (event) =>
    line(event.origin === "embedded" ? "warn" : "info", `ffmpeg ${event.version} (${event.origin}) at ${event.path}`),
  source_started: (event) => ({
    ...line(
      "info",
      `camera ${event.camera}: ${event.width}x${event.height} ${event.codec ?? ""}${event.fps ? ` at ${event.fps} fps` : ""}${event.decoder === null ? "" : `, decoded by ${event.decoder}`}`,
    ),
    heals: `failed ${event.camera} `,
  }),
  frames_chosen: (event) => line("info", `camera ${event.camera}: opened again, ${CHOSEN[event.frames]}`),
  decoder_given_up: (event) =>
    line("warn", `camera ${event.camera}: ${event.decoder} fails, decoded in software from here on: ${event.message}`),
  source_reopened: (event) =>
    line("info", `camera ${event.camera}: opened again, as camera ${event.newcomer} wants more of its stream`),
  source_resized: (event) =>
    line("info", `camera ${event.camera}: the picture is ${event.width}x${event.height} from here on`),
  source_failed: (event) =>
    line(
      "warn",
      `camera ${event.camera}: ${event.message}${retry(event.nextRetryMs)}`,
      // A final failure is reported at once.
      event.nextRetryMs === null ? null : `failed ${event.camera} ${event.cause}`,
    ),
  source_damaged: (event) =>
    line("warn", `camera ${event.camera}: the file is damaged or cut off, only part of it is read: ${event.line}`),
  packets_refused: (event) =>
    line(
      "error",
      `camera ${event.camera}: no clips until it is opened again, as ffmpeg cannot copy its packets: ${event.message}`,
    ),
  source_ended: (event) => line("info", `camera ${event.camera}: the file has ended`),
  camera_disabled: (event) => line("info", `camera ${event.camera}: switched off`),
  camera_not_started: (event) =>
    line("error", `camera ${event.camera}: not started, as pipeline ${event.pipeline} cannot run: ${event.message}`),
  first_detection: (event) =>
    line(
      "info",
      `camera ${event.camera}: first detection${event.isPublished ? " published" : ""} ${(event.ms / 1000).toFixed(1)} s after the camera was opened`,
    ),
});
