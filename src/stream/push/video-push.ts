import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { SourceError } from "../../base/errors.ts";
import { killWithCertainty, spawnBound } from "../ffmpeg/bound-child.ts";
import { failureCause } from "../ffmpeg/failure-cause.ts";
import { closeAll, openFifos } from "../ffmpeg/fifo.ts";
import { StderrLog } from "../ffmpeg/stderr-log.ts";
import { openRelay, type Relay } from "../relay/relay.ts";
import { HLS_FILE, type PushSettings, type PushTarget, pushArguments } from "./push-arguments.ts";

/** How the server of RTSP is reached. */
export interface PushAccess {
  username?: string;
  password?: string;
  tls?: { verify: boolean; caFile?: string };
}

export interface VideoPushSettings extends PushSettings {
  ffmpegPath: string;
  access: PushAccess;
  /** Frames that were sent or written so far. */
  progress: (frames: number) => void;
}

/** One ffmpeg that encodes pictures and sends them. */
export interface VideoPush {
  /** Takes packed rgb; whoever writes there closes it. */
  readonly writeFd: number;
  /** Rejects with a `SourceError` when the process ends, or cannot reach its server. */
  readonly ended: Promise<never>;
  close(): Promise<void>;
}

const KILL_GRACE_MS = 1500;

/** Starts the encoder. User name and password stay with a relay, as command lines are read by every user. */
export async function startVideoPush(settings: VideoPushSettings): Promise<VideoPush> {
  const push = new RunningPush(settings);
  try {
    await push.start();
    return push;
  } catch (error) {
    await push.close();
    throw error;
  }
}

class RunningPush implements VideoPush {
  readonly ended: Promise<never>;
  writeFd = -1;
  readonly #settings: VideoPushSettings;
  readonly #log = new StderrLog({ sized() {}, shown: (line) => this.#shown(line) });
  readonly #fail: (error: unknown) => void;
  #child: ChildProcess | null = null;
  #relay: Relay | null = null;
  #frames = 0;

  constructor(settings: VideoPushSettings) {
    this.#settings = settings;
    let fail: (error: unknown) => void = () => {};
    this.ended = new Promise<never>((_, reject) => {
      fail = reject;
    });
    this.ended.catch(() => {});
    this.#fail = fail;
  }

  async start(): Promise<void> {
    const { ffmpegPath, target } = this.#settings;
    const reached = await this.#reachable(target);
    if (target.to === "hls") await emptied(target.folder);
    const [fifo] = await openFifos(1);
    if (fifo === undefined) return;
    this.writeFd = fifo.writeFd;
    try {
      const args = pushArguments({ ...this.#settings, target: reached });
      const child = spawnBound(ffmpegPath, args, ["ignore", "pipe", "pipe", fifo.readFd]);
      this.#child = child;
      child.on("error", (error) => this.#fail(failed(target, error.message)));
      if (child.stdout !== null)
        createInterface({ input: child.stdout }).on("line", (line) => this.#readProgress(line));
      const logRead = child.stderr && this.#log.read(child.stderr);
      void Promise.all([once(child, "exit"), logRead]).then(
        () => this.#fail(this.#failure()),
        (error) => this.#fail(error),
      );
    } finally {
      closeAll([fifo.readFd]);
    }
  }

  async close(): Promise<void> {
    if (this.#child !== null) await killWithCertainty(this.#child, KILL_GRACE_MS);
    this.#relay?.close();
  }

  async #reachable(target: PushTarget): Promise<PushTarget> {
    if (target.to === "hls") return target;
    const { access } = this.#settings;
    this.#relay = await openRelay({
      url: target.url,
      transport: "tcp",
      ...access,
      failed: (error) => this.#refused(error),
    });
    return { ...target, url: this.#relay.url };
  }

  /** What ends a stream that runs is for ffmpeg to tell. */
  #refused(error: SourceError): void {
    if (this.#frames > 0) return;
    this.#fail(new SourceError("VIDEO_OUT_FAILED", `${place(this.#settings.target)}: ${error.message}`, error.details));
  }

  #readProgress(line: string): void {
    const frames = Number(/^frame=\s*(\d+)/.exec(line)?.[1] ?? 0);
    if (frames <= this.#frames) return;
    this.#frames = frames;
    this.#settings.progress(frames);
  }

  #failure(): SourceError {
    const { exitCode = null, signalCode = null } = this.#child ?? {};
    const { lines } = this.#log;
    const cause = failureCause({ exitCode, signal: signalCode, lines }, this.#frames > 0);
    const last = lines.findLast((line) => line.trim() !== "");
    const how = signalCode === null ? `exit code ${exitCode}` : `signal ${signalCode}`;
    const what = `the encoder ended (${how}${last === undefined ? "" : `, ffmpeg: ${last.trim()}`})`;
    return failed(this.#settings.target, what, { cause, exitCode, signal: signalCode, stderr: [...lines] });
  }

  /** ffmpeg's words with the server's address in place of the relay's. */
  #shown(line: string): string {
    const { target } = this.#settings;
    return this.#relay === null || target.to === "hls" ? line : line.replaceAll(this.#relay.url, target.url);
  }
}

/** Segments of an encoder before this one, which no playlist will name any more. */
async function emptied(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const old = (await readdir(folder)).filter((name) => HLS_FILE.test(name));
  await Promise.all(old.map((name) => rm(join(folder, name), { force: true })));
}

function failed(target: PushTarget, what: string, details: Readonly<Record<string, unknown>> = {}): SourceError {
  return new SourceError("VIDEO_OUT_FAILED", `${place(target)}: ${what}`, { ...details });
}

function place(target: PushTarget): string {
  return `"${target.to === "rtsp" ? target.url : target.folder}"`;
}
