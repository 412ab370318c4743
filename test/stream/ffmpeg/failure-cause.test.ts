import { expect, test } from "vitest";
import { failureCause } from "../../../src/stream/ffmpeg/failure-cause.ts";

// What the 5.1 and the 2018 build write to stderr for a broken source; both use the same words.
const texts = [
  ["not_found", "missing.mp4: No such file or directory"],
  ["not_found", "/videos: Is a directory"],
  ["not_found", "[video4linux2,v4l2 @ 0x55] Cannot open video device /dev/video9: No such file or directory"],
  ["not_found", "[tcp @ 0x55] Failed to resolve hostname no.such.host: Name or service not known"],
  ["not_found", "[rtsp @ 0x55] method DESCRIBE failed: 404 Not Found"],
  ["not_found", "http://camera/x: Server returned 404 Not Found"],
  ["unauthorised", "[rtsp @ 0x55] method DESCRIBE failed: 401 Unauthorized"],
  ["unauthorised", "rtsp://***@camera/x: Server returned 401 Unauthorized (authorization failed)"],
  ["unauthorised", "rtsp://camera/x: Server returned 403 Forbidden (access denied)"],
  ["unauthorised", "/dev/video0: Permission denied"],
  ["refused", "[tcp @ 0x55] Connection to tcp://127.0.0.1:1?timeout=500000 failed: Connection refused"],
  ["refused", "rtsp://10.0.0.9/x: No route to host"],
  ["refused", "rtsp://camera/x: Server returned 4XX Client Error, but not one of 40{0,1,3,4}"],
  ["busy", "/dev/video0: Device or resource busy"],
  ["busy", "[rtsp @ 0x55] method SETUP failed: 453 Not Enough Bandwidth"],
  ["busy", "[rtsp @ 0x55] method DESCRIBE failed: 503 Service Unavailable"],
  ["timeout", "rtsp://10.0.0.9/x: Connection timed out"],
  ["codec", "no.mp4: Invalid data found when processing input"],
  ["codec", "[mov,mp4,m4a,3gp,3g2,mj2 @ 0x55] moov atom not found"],
  ["codec", "Stream specifier ':v:0' in filtergraph description [0:v:0]split=1[s0] matches no streams."],
  ["codec", "Unknown decoder 'h264_nvv4l2dec'"],
  ["unsupported", "foo://x: Protocol not found"],
  ["no_memory", "Error while filtering: Cannot allocate memory"],
  ["decoder_failed", "Unrecognized option 'bogus'."],
] as const;

test.each(texts)("%s: %s", (cause, text) => {
  expect(failureCause({ exitCode: 1, signal: null, lines: ["Input #0", text, ""] }, false)).toBe(cause);
});

test("a process that crashed or was killed is a failed decoder, whatever it said before", () => {
  const lines = ["Connection refused"];
  expect(failureCause({ exitCode: null, signal: "SIGSEGV", lines }, true)).toBe("decoder_failed");
  expect(failureCause({ exitCode: 139, signal: null, lines }, true)).toBe("decoder_failed");
});

test("a good end is the end of the stream, or of one without pictures", () => {
  expect(failureCause({ exitCode: 0, signal: null, lines: [] }, true)).toBe("ended");
  expect(failureCause({ exitCode: 0, signal: null, lines: [] }, false)).toBe("codec");
});
