import type { PicturePart, RenditionRequest } from "../../kinds/frame.ts";
import { AHEAD_S } from "../packets/packet-feed.ts";
import { type DecodedFrames, type InputKind, inputKind, isLive, type SourceSettings } from "../source-settings.ts";
import type { FfmpegBinary } from "./ffmpeg-binary.ts";
import { earlyS, rateLimitFilter } from "./rate-limit-filter.ts";

/** First descriptor that carries pictures. */
const FIRST_PICTURE_FD = 3;

type FfmpegOptions = Pick<FfmpegBinary, "rtspTimeoutOption" | "frameRateModeOption" | "keepsSizes">;

/**
 * Command line that writes every rendition as raw video in NUT to its own descriptor. For files, two videos of one line and of one
 * column come first with the size of each frame: ffmpeg writes a frame's outputs in order and waits until they are read.
 */
export function ffmpegArguments(
  settings: SourceSettings,
  ffmpeg: FfmpegOptions,
  renditions: readonly RenditionRequest[],
  hasPackets = false,
): string[] {
  // The level `verbose` is where ffmpeg tells the size of the decoded picture whenever it changes.
  const global = ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "verbose"];
  const filters = [...(isSizedByFrame(settings, ffmpeg) ? SIDE_FILTERS : []), ...renditions.map(renditionFilter)];
  const graph = ["-filter_complex", filterGraph(filters, settings)];
  const passthrough = [`-${ffmpeg.frameRateModeOption}`, "passthrough"];
  // With more than one thread the encoder of raw video holds frames back.
  const encoder = ["-c:v", "rawvideo", "-threads", "1", ...passthrough];
  const scaling = isSizedByFrame(settings, ffmpeg) ? ["-autoscale", "0"] : [];
  const raw = [...encoder, ...scaling, "-flush_packets", "1", "-f", "nut", "-write_index", "0"];
  const outputs = filters.flatMap((_, index) => ["-map", `[o${index}]`, ...raw, `pipe:${FIRST_PICTURE_FD + index}`]);
  const packets = hasPackets ? packetOutput(FIRST_PICTURE_FD + filters.length) : [];
  return [...global, ...inputArguments(settings, ffmpeg), ...graph, ...outputs, ...packets];
}

/** Packets that wait for their reader; more are dropped, and no frame ever waits for them. */
const MOST_PACKETS = 600;

/** The packets as they come, not decoded. A thread of their own writes them, whose faults end nothing else. */
function packetOutput(fd: number): string[] {
  const stamps = ["-output_ts_offset", `${AHEAD_S}`, "-muxdelay", "0", "-muxpreload", "0"];
  const overflow = ["-queue_size", `${MOST_PACKETS}`, "-drop_pkts_on_overflow", "1"];
  const recovery = ["-attempt_recovery", "1", "-recover_any_error", "1", "-recovery_wait_time", "1"];
  const format = ["-f", "fifo", "-fifo_format", "mpegts", "-format_opts", "flush_packets=1"];
  return ["-map", "0:v:0", "-c:v", "copy", ...stamps, ...format, ...overflow, ...recovery, `pipe:${fd}`];
}

/** A camera whose picture changes is opened again; a file goes on, and every frame says its size. */
export function isSizedByFrame(
  settings: Pick<SourceSettings, "url">,
  ffmpeg: Pick<FfmpegBinary, "keepsSizes">,
): boolean {
  return ffmpeg.keepsSizes && !isLive(settings);
}

const SIDE_FILTERS = ["scale=iw:1:flags=neighbor,format=gray", "scale=1:ih:flags=neighbor,format=gray"];

function inputArguments(settings: SourceSettings, ffmpeg: FfmpegOptions): string[] {
  const threads = settings.threads === undefined ? [] : ["-threads", `${settings.threads}`];
  const byKind = kindArguments[inputKind(settings.url)](settings, ffmpeg.rtspTimeoutOption);
  const skipped = SKIPPED[decodedFrames(settings)];
  const extra = settings.inputArguments ?? [];
  return [...threads, ...byKind, ...skipped, "-an", "-sn", "-dn", ...extra, "-i", inputUrl(settings)];
}

const SKIPPED: Record<DecodedFrames, string[]> = {
  all: [],
  referenced: ["-skip_frame", "noref"],
  keyframes: ["-skip_frame", "nokey"],
};

/** Without knowledge of the stream `auto` is all. */
function decodedFrames({ decode = "auto" }: SourceSettings): DecodedFrames {
  return decode === "auto" ? "all" : decode;
}

/** Decoding by several threads would hold one frame back for each. */
const LOW_DELAY = ["-flags", "low_delay"];
/**
 * A live stream is studied as shortly as its declared rate can be read, a few packets. What was studied is decoded:
 * `nobuffer` would throw it away, the first keyframe with it.
 */
const LIVE = [...LOW_DELAY, "-fpsprobesize", "0", "-analyzeduration", "1"];

const kindArguments: Record<InputKind, (settings: SourceSettings, rtspTimeoutOption: string) => string[]> = {
  rtsp: (settings, option) => [
    ...[...LIVE, "-rtsp_transport", settings.transport, "-allowed_media_types", "video"],
    ...[`-${option}`, timeoutUs(settings)],
  ],
  http: (settings) => [...LIVE, "-rw_timeout", timeoutUs(settings)],
  v4l2: () => [...LIVE, "-f", "v4l2"],
  file: ({ pace, loop }) => [
    ...(pace === "realtime" ? [...LOW_DELAY, "-re"] : []),
    ...(loop ? ["-stream_loop", "-1"] : []),
  ],
  network: () => LIVE,
};

/** Longer than our own limits, which know whether it was the connection or the stream that failed. */
function timeoutUs({ connectTimeoutMs, stallTimeoutMs }: SourceSettings): string {
  return `${(Math.max(connectTimeoutMs, stallTimeoutMs) + 2000) * 1000}`;
}

function inputUrl({ url, username, password }: SourceSettings): string {
  if (inputKind(url) === "v4l2") return url.replace(/^v4l2:\/\//i, "");
  if (!isLive({ url })) return /^[a-z][a-z0-9+.-]*:/i.test(url) && !/^file:/i.test(url) ? `file:${url}` : url;
  if (username === undefined) return url;
  const credentials = [username, ...(password === undefined ? [] : [password])].map(encodeURIComponent).join(":");
  return url.replace(/^(\w+:\/\/)(?:[^/@]*@)?/, (_, scheme: string) => `${scheme}${credentials}@`);
}

function filterGraph(filters: readonly string[], settings: SourceSettings): string {
  const { maxFps } = settings;
  const choice = { isLive: isLive(settings), earlyS: earlyS(settings) };
  const limit = maxFps === undefined ? "" : `${rateLimitFilter(maxFps, choice)},`;
  const head = `[0:v:0]${limit}`;
  const split = `split=${filters.length}${filters.map((_, index) => `[s${index}]`).join("")}`;
  const branches = filters.map((filter, index) => `[s${index}]${filter}[o${index}]`);
  return [head + split, ...branches].join(";");
}

/** The rounding is that of `partIn`, `letterbox`, `cover` and `fitting` in `kinds/frame.ts`. */
function renditionFilter({ part, ...request }: RenditionRequest): string {
  return `${part === undefined ? "" : `${partFilter(part)},`}${fitFilter(request)}`;
}

function partFilter([xMin, yMin, xMax, yMax]: PicturePart): string {
  const start = (side: string, from: number) => `min(${side}-1,trunc(${from}/100*${side}))`;
  const length = (side: string, from: number, to: number) =>
    `max(1,min(${side},trunc(${to}/100*${side}))-${start(side, from)})`;
  const size = `'${length("iw", xMin, xMax)}':'${length("ih", yMin, yMax)}'`;
  return `crop=${size}:'${start("iw", xMin)}':'${start("ih", yMin)}':exact=1`;
}

function fitFilter({ fit, width, height, pixelFormat, pad }: RenditionRequest): string {
  if (fit === "none") return `scale=flags=bilinear,format=${pixelFormat}`;
  if (fit === "stretch") return `scale=${width}:${height}:flags=bilinear,format=${pixelFormat}`;
  if (fit === "cover_center") {
    const isWider = `gt(iw*${height},ih*${width})`;
    const size = `'max(1,if(${isWider},floor(ih*${width}/${height}),iw))':'max(1,if(${isWider},ih,floor(iw*${height}/${width})))'`;
    const crop = `crop=${size}:'floor((iw-ow)/2)':'floor((ih-oh)/2)':exact=1`;
    return `${crop},scale=${width}:${height}:flags=bilinear,format=${pixelFormat}`;
  }
  const grey = pad.toString(16).padStart(2, "0").repeat(3);
  if (fit === "crop_center") {
    const crop = `crop='min(iw,${width})':'min(ih,${height})':'floor((iw-ow)/2)':'floor((ih-oh)/2)':exact=1`;
    const border = `pad=${width}:${height}:'floor((ow-iw)/2)':'floor((oh-ih)/2)':color=0x${grey}`;
    return `${crop},scale=flags=bilinear,format=${pixelFormat},${border}`;
  }
  // The same whole numbers as `letterbox()` of kinds/frame.ts: products first, so that nothing is lost to rounding.
  const isWide = `lte(${width}*ih,${height}*iw)`;
  const scaledWidth = `'max(1,if(${isWide},${width},floor(iw*${height}/ih)))'`;
  const scaledHeight = `'max(1,if(${isWide},floor(ih*${width}/iw),${height}))'`;
  const [x, y] = fit === "letterbox_center" ? ["'floor((ow-iw)/2)'", "'floor((oh-ih)/2)'"] : ["0", "0"];
  const scale = `scale=${scaledWidth}:${scaledHeight}:flags=bilinear,format=${pixelFormat}`;
  return `${scale},pad=${width}:${height}:${x}:${y}:color=0x${grey}`;
}
