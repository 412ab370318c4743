/** The last part of the address of a stream's only track. */
export const TRACK = "trackID=0";

/**
 * What DESCRIBE answers: the first video of `sdp`, whose addresses and ports are replaced by "ask in SETUP"
 * (RFC 2326, C.1), with the control addresses clients need.
 */
export function describeTrack(sdp: string, title: string): string {
  const lines = sdp.split(/\r?\n/);
  const media = lines.findIndex((line) => line.startsWith("m=video "));
  const nextMedia = lines.findIndex((line, index) => index > media && line.startsWith("m="));
  const attributes = lines
    .slice(media + 1, nextMedia === -1 ? undefined : nextMedia)
    .filter((line) => line.startsWith("a=") && !line.startsWith("a=control:"));
  const head = ["v=0", "o=- 0 0 IN IP4 127.0.0.1", `s=${title}`, "c=IN IP4 0.0.0.0", "t=0 0", "a=control:*"];
  const track = (lines[media] ?? "").replace(/^m=video \d+/, "m=video 0");
  return [...head, track, ...attributes, `a=control:${TRACK}`, ""].join("\r\n");
}
