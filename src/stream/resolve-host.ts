import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { messageOf, SourceError } from "../base/errors.ts";
import type { FfmpegBinary } from "./ffmpeg/ffmpeg-binary.ts";
import { isLive } from "./source-settings.ts";

/** The URL with its host as an address, for builds of ffmpeg that crash on names. Throws `STREAM_NOT_FOUND`. */
export async function resolveHost(url: string, ffmpeg: Pick<FfmpegBinary, "resolvesHosts">): Promise<string> {
  if (ffmpeg.resolvesHosts || !isLive({ url }) || !URL.canParse(url)) return url;
  const parsed = new URL(url);
  const name = parsed.hostname.replace(/^\[|\]$/g, "");
  if (name === "" || isIP(name) !== 0) return url;
  const { address, family } = await lookup(name, { verbatim: false }).catch((error) => {
    throw new SourceError("STREAM_NOT_FOUND", `host "${name}" is not known: ${messageOf(error)}`, {
      cause: "not_found",
    });
  });
  parsed.hostname = family === 6 ? `[${address}]` : address;
  return parsed.href;
}
