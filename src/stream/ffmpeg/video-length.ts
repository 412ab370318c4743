import { spawn } from "node:child_process";
import { once } from "node:events";

const LIMIT_MS = 10_000;

/** About how many frames a video file has, by its own words; null where it does not say. */
export async function videoFrames(ffmpegPath: string, path: string): Promise<number | null> {
  // Without an output ffmpeg describes the file and fails.
  const child = spawn(ffmpegPath, ["-hide_banner", "-i", path], { stdio: ["ignore", "ignore", "pipe"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  let text = "";
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  try {
    await once(child, "close");
    return framesIn(text);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

function framesIn(text: string): number | null {
  const [, hours, minutes, seconds] = /Duration: (\d+):(\d\d):(\d\d\.\d+)/.exec(text) ?? [];
  const [, fps] = /Stream #.*Video:.* ([\d.]+) fps/.exec(text) ?? [];
  if (hours === undefined || fps === undefined) return null;
  return Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * Number(fps));
}
