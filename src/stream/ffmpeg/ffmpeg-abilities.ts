import { isAbsolute } from "node:path";
import { fileIdentity, type HostCache, type Json } from "../../base/host-cache.ts";

/** What a build of ffmpeg can do. */
export interface FfmpegAbilities {
  /** Name of the RTSP option for the I/O time-out: `timeout` from libavformat 59, `stimeout` before. */
  rtspTimeoutOption: "timeout" | "stimeout";
  frameRateModeOption: "fps_mode" | "vsync";
  /** Can leave frames at their size when it changes (`-autoscale 0`, from ffmpeg 4.4); otherwise they are scaled to the first one's. */
  keepsSizes: boolean;
  decoders: ReadonlySet<string>;
  hwaccels: readonly string[];
  /** Static builds of glibc programs crash when they look up a host name. */
  resolvesHosts: boolean;
}

/** Runs the binary with these arguments and gives what it prints. */
export type RunFfmpeg = (args: readonly string[]) => Promise<string>;

export interface Examined {
  path: string;
  /** What the binary prints about itself: it names the libraries that it found, which may be replaced without it. */
  versionText: string;
}

interface Ways {
  run: RunFfmpeg;
  /** Null where it did not answer. */
  canResolveHosts: () => Promise<boolean | null>;
  /** Where the answers of the same binary are kept. */
  cache?: HostCache | undefined;
}

/** What is kept of it. */
type Kept = Omit<FfmpegAbilities, "decoders"> & { decoders: readonly string[] };
type Answers = Omit<Kept, "resolvesHosts"> & { resolvesHosts: boolean | null };

/** Asks the binary, unless what it answered is kept. */
export async function abilitiesOf({ path, versionText }: Examined, { cache, ...ways }: Ways): Promise<FfmpegAbilities> {
  // A name alone is looked up by the system.
  if (cache === undefined || !isAbsolute(path)) return known(await ask(ways));
  const [binary, hosts] = await Promise.all([fileIdentity(path), fileIdentity("/etc/nsswitch.conf")]);
  const key: Json = { binary, hosts, versionText };
  const found = await cache.find(key, isKept);
  if (found !== undefined) return known(found);
  const answers = await ask(ways);
  if (answers.resolvesHosts !== null) await cache.keep(key, { ...answers });
  return known(answers);
}

function known({ decoders, resolvesHosts, ...others }: Answers): FfmpegAbilities {
  return { ...others, decoders: new Set(decoders), resolvesHosts: resolvesHosts ?? false };
}

async function ask({ run, canResolveHosts }: Omit<Ways, "cache">): Promise<Answers> {
  const [rtsp, options, decoders, hwaccels, resolvesHosts] = await Promise.all([
    run(["-hide_banner", "-h", "demuxer=rtsp"]),
    run(["-hide_banner", "-h", "long"]),
    run(["-hide_banner", "-decoders"]),
    run(["-hide_banner", "-hwaccels"]),
    canResolveHosts(),
  ]);
  return {
    rtspTimeoutOption: /^\s*-stimeout\b/m.test(rtsp) ? "stimeout" : "timeout",
    frameRateModeOption: /^\s*-fps_mode\b/m.test(options) ? "fps_mode" : "vsync",
    keepsSizes: /^\s*-autoscale\b/m.test(options),
    decoders: Array.from(decoders.matchAll(/^ [VAS][.A-Z]{5} (\S+)/gm), (match) => match[1] ?? ""),
    hwaccels: hwaccels
      .split("\n")
      .slice(1)
      .map((line) => line.trim())
      .filter(Boolean),
    resolvesHosts,
  };
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== "object" || value === null) return false;
  const kept = value as Partial<Record<keyof Kept, unknown>>;
  return (
    isOneOf(kept.rtspTimeoutOption, ["timeout", "stimeout"]) &&
    isOneOf(kept.frameRateModeOption, ["fps_mode", "vsync"]) &&
    typeof kept.keepsSizes === "boolean" &&
    typeof kept.resolvesHosts === "boolean" &&
    areTexts(kept.decoders) &&
    areTexts(kept.hwaccels)
  );
}

function isOneOf(value: unknown, names: readonly unknown[]): boolean {
  return names.includes(value);
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
