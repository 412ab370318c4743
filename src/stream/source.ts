import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { BugError, messageOf, SourceError } from "../base/errors.ts";
import type { RenditionRequest } from "../kinds/frame.ts";
import { killWithCertainty } from "./ffmpeg/bound-child.ts";
import { type FailureCause, failureCause, isFailureCause, type ProcessEnd } from "./ffmpeg/failure-cause.ts";
import { ffmpegArguments, isSizedByFrame } from "./ffmpeg/ffmpeg-arguments.ts";
import type { FfmpegBinary } from "./ffmpeg/ffmpeg-binary.ts";
import { startPictureProcess } from "./ffmpeg/ffmpeg-process.ts";
import { StderrLog } from "./ffmpeg/stderr-log.ts";
import { FrameAssembly, type FrameSink } from "./frames/frame-assembly.ts";
import { type FrameReader, openFrameReader } from "./frames/frame-reader.ts";
import type { PacketFeed } from "./packets/packet-feed.ts";
import { openPacketReader, type PacketReader } from "./packets/packet-reader.ts";
import type { PassingPicture } from "./relay/passing-pictures.ts";
import { isRelayed, openRelay, type Relay } from "./relay/relay.ts";
import { resolveHost } from "./resolve-host.ts";
import { sourceError } from "./source-error.ts";
import { inputKind, isLive, type SourceSettings } from "./source-settings.ts";
import { openWatchdog, type Watchdog } from "./watchdog.ts";

export interface SourceContext {
  ffmpeg: FfmpegBinary;
  renditions: readonly RenditionRequest[];
  sink: FrameSink;
  /** Ends the run, which then resolves. */
  signal: AbortSignal;
  /** A file lacks parts; ffmpeg's words. */
  damaged?: (line: string) => void;
  /** Called for each picture of an RTSP camera over TCP, decoded or not. */
  pictures?: ((picture: PassingPicture) => void) | undefined;
  /** Takes the packets of the stream beside its frames. */
  packets?: Pick<PacketFeed, "feed"> | undefined;
}

/**
 * Runs one ffmpeg until it ends and rejects with a `SourceError` whose `details.cause` tells why; the end of a file is
 * the cause `ended`. Resolves only when aborted. Neither its process nor a half-read frame outlives it.
 */
export async function runSource(settings: SourceSettings, context: SourceContext): Promise<void> {
  const run = new SourceRun(settings, context);
  let original: unknown;
  try {
    await run.untilEnd();
  } catch (error) {
    original = error;
  } finally {
    await run.close();
  }
  if (!context.signal.aborted) throw run.failure(original);
}

const KILL_GRACE_MS = 1500;
/** Cameras send packets more often than this, or none. */
const COMING_MS = 3000;

class SourceRun {
  readonly #settings: SourceSettings;
  readonly #context: SourceContext;
  readonly #assembly: FrameAssembly;
  readonly #log: StderrLog;
  readonly #watchdog: Watchdog;
  readonly #readers: FrameReader[] = [];
  readonly #failed: Promise<never>;
  readonly #fail: (error: unknown) => void;
  readonly #closed = new AbortController();
  #packets: PacketReader | null = null;
  #child: ChildProcess | undefined;
  #logRead: Promise<void> | null = null;
  #relay: Relay | null = null;
  readonly #openedAt = performance.now();
  #waitedMs = 0;
  #silence: SourceError | undefined;
  #hasFrames = false;

  constructor(settings: SourceSettings, context: SourceContext) {
    this.#settings = settings;
    this.#context = context;
    let fail: (error: unknown) => void = () => {};
    this.#failed = new Promise<never>((_, reject) => {
      fail = reject;
    });
    this.#failed.catch(() => {});
    this.#fail = fail;
    this.#log = new StderrLog({
      sized: (facts) => attempt(() => this.#assembly.setFacts(facts), fail),
      shown: (line) => this.#shown(line),
      // Lost packets of a camera are not worth a log line.
      damaged: (line) => void (isLive(settings) || context.damaged?.(line)),
    });
    this.#assembly = new FrameAssembly({
      ...context,
      isSizedByFrame: isSizedByFrame(settings, context.ffmpeg),
      wake: () => this.#wake(),
      completed: () => this.#fed(),
    });
    this.#watchdog = openWatchdog({
      ...settings,
      stallTimeoutMs: settings.stallTimeoutMs + 1000 / (settings.maxFps ?? Number.POSITIVE_INFINITY),
      isHeld: () => this.#assembly.isHeld,
      isComing: () => performance.now() - (this.#relay?.mediaAt ?? Number.NEGATIVE_INFINITY) < COMING_MS,
      expired: (cause) => {
        this.#waitedMs = performance.now() - this.#openedAt;
        this.#silence = silence(cause);
        fail(this.#silence);
      },
    });
  }

  async untilEnd(): Promise<void> {
    const { ffmpeg, renditions, signal, packets } = this.#context;
    const args = ffmpegArguments(await this.#reachable(ffmpeg), ffmpeg, renditions, packets !== undefined);
    const sinks = [...this.#assembly.sizeSinks(), ...renditions.map((_, index) => this.#assembly.nutSink(index))];
    const { child, pipes } = await startPictureProcess(
      ffmpeg.path,
      args,
      sinks.length + (packets === undefined ? 0 : 1),
    );
    this.#child = child;
    pipes.forEach((pipe, index) => {
      const sink = sinks[index];
      if (sink !== undefined) this.#readers.push(openFrameReader(pipe, sink));
      else if (packets !== undefined) this.#packets = openPacketReader(pipe, packets);
    });
    const readers = this.#readers.map((reader) => reader.ended);
    this.#logRead = child.stderr && this.#log.read(child.stderr);
    const finished = Promise.all([once(child, "exit"), this.#logRead, ...readers]);
    const aborted = signal.aborted ? undefined : once(signal, "abort", { signal: this.#closed.signal });
    await Promise.race([finished, this.#failed, aborted]);
  }

  async close(): Promise<void> {
    this.#watchdog.close();
    this.#closed.abort();
    // A process that gets no frames prints how much it received in its last lines, unless its pipes break first.
    if (this.#hasFrames) this.#closeReaders();
    if (this.#child !== undefined) await killWithCertainty(this.#child, KILL_GRACE_MS);
    this.#closeReaders();
    await this.#packets?.close();
    this.#relay?.close();
    await this.#logRead;
    this.#assembly.close();
  }

  /** What ffmpeg is to open; user name and password stay with a relay wherever there can be one. */
  async #reachable(ffmpeg: FfmpegBinary): Promise<SourceSettings> {
    const { username: _, password: __, ...settings } = this.#settings;
    if (!isRelayed(settings.url)) return { ...this.#settings, url: await resolveHost(settings.url, ffmpeg) };
    const failed = (error: SourceError) => {
      // ffmpeg reports a stream that breaks off later.
      if (!this.#hasFrames) this.#fail(error);
    };
    const { pictures } = this.#context;
    this.#relay = await openRelay({ ...this.#settings, failed, ...(pictures === undefined ? {} : { pictures }) });
    return { ...settings, url: this.#relay.url };
  }

  /** ffmpeg's words with the camera's address in place of the relay's. */
  #shown(line: string): string {
    return this.#relay === null ? line : line.replaceAll(this.#relay.url, this.#settings.url);
  }

  #closeReaders(): void {
    for (const reader of this.#readers) reader.close();
  }

  /** The error to end with: what we found wrong, or else what the process says. Our own bugs stay what they are. */
  failure(original: unknown): Error {
    if (original instanceof BugError) return original;
    const end = this.#end();
    const cause = original === undefined ? failureCause(end, this.#hasFrames) : causeOf(original);
    const { url } = this.#settings;
    const isWaitInVain = original === this.#silence && cause === "timeout";
    const isEndOfFile = cause === "geometry_changed" && !isLive(this.#settings);
    if (isWaitInVain) original = noFrame(this.#waitedMs, this.#log.packetsRead, this.#mayHaveMedia());
    else if (isEndOfFile) original = sizesLost(original, this.#context.ffmpeg);
    return sourceError({ cause, url, end, original });
  }

  /** A decoder that gives nothing is ended without a word of its packets; only those of RTSP over TCP are seen on their way. */
  #mayHaveMedia(): boolean {
    const { url, transport } = this.#settings;
    const isSeen = inputKind(url) === "rtsp" && transport === "tcp";
    return !isSeen || this.#log.packetsRead > 0 || (this.#relay?.mediaAt ?? null) !== null;
  }

  #end(): ProcessEnd {
    const { exitCode = null, signalCode = null } = this.#child ?? {};
    return { exitCode, signal: signalCode, lines: this.#log.lines };
  }

  #fed(): void {
    this.#hasFrames = true;
    this.#watchdog.fed();
  }

  #wake(): void {
    for (const reader of this.#readers) reader.resume();
  }
}

function attempt(action: () => void, fail: (error: unknown) => void): void {
  try {
    action();
  } catch (error) {
    fail(error);
  }
}

function silence(cause: "timeout" | "stalled"): SourceError {
  const message = cause === "timeout" ? "no frame arrived in time" : "frames stopped coming";
  return new SourceError(`STREAM_${cause.toUpperCase()}`, message, { cause });
}

/** Whether a camera is dead or its keyframes are far apart is for two different people to mend. */
function noFrame(waitedMs: number, packets: number, mayHaveMedia: boolean): SourceError {
  const within = `within ${Math.round(waitedMs / 1000)} s`;
  const message =
    packets === 0
      ? `nothing came ${within}`
      : `${packets} packets came ${within}, and no keyframe to begin with: let the camera send keyframes more often, or raise "connect_timeout_ms"`;
  return new SourceError("STREAM_TIMEOUT", message, { cause: "timeout", mayHaveMedia });
}

function sizesLost(error: unknown, { version }: FfmpegBinary): SourceError {
  const message = `${messageOf(error)}; ffmpeg ${version} cannot go on from there, 4.4 and later can`;
  return new SourceError("STREAM_GEOMETRY_CHANGED", message, { cause: "geometry_changed" });
}

/** System errors, such as too many open files, have no cause of their own. */
function causeOf(error: unknown): FailureCause {
  const cause = error instanceof SourceError ? error.details["cause"] : undefined;
  return isFailureCause(cause) ? cause : "decoder_failed";
}
