import { suggest } from "../base/suggest.ts";

/** What ffmpeg reads video from over a network, and our own two. */
const SCHEMES = [
  ...[
    "rtsp",
    "rtsps",
    "http",
    "https",
    "rtmp",
    "rtmps",
    "rtmpe",
    "rtmpt",
    "rtmpts",
    "srt",
    "rist",
    "udp",
    "tcp",
    "tls",
  ],
  ...["rtp", "srtp", "sctp", "mms", "mmsh", "mmst", "ftp", "sftp", "unix", "file", "v4l2"],
];

/** The right spelling of the scheme of an address; null when it is one, or when the text is a path. */
export function misspeltScheme(url: string): { found: string; hint: string } | null {
  const [, scheme = "", slashes = ""] = /^([a-z][a-z0-9+.-]+):(\/{0,2})/i.exec(url) ?? [];
  if (scheme === "") return null;
  const isKnown = SCHEMES.includes(scheme.toLowerCase());
  if (slashes !== "//") {
    const isMeant = isKnown && !/^(file|unix)$/i.test(scheme);
    return isMeant ? { found: `${scheme}:${slashes}`, hint: `write ${scheme}://` } : null;
  }
  if (isKnown) return null;
  return { found: `${scheme}://`, hint: suggest(scheme, SCHEMES) ?? `known are ${SCHEMES.join(", ")}` };
}
