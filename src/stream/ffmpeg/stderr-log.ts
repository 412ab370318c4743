import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { blot } from "../../base/secrets.ts";

/** Facts that ffmpeg prints about its input. */
export interface InputFacts {
  codec: string | null;
  fps: number | null;
  /** Size of the decoded picture, after rotation. */
  width: number;
  height: number;
}

export interface StderrListener {
  /** The size is known for the first time, or has changed. */
  sized(facts: InputFacts): void;
  /** A stored line. */
  shown?(line: string): string;
  /** The input lacks parts; called once, with the first line that says so. */
  damaged?(line: string): void;
}

const KEPT_LINES = 30;

/** What ffmpeg 4 to 7 say of a file that was cut off, or has holes. */
const DAMAGE =
  /: partial file$|File ended prematurely|[Cc]orrupt (input packet|decoded frame)|Error (while decoding stream|submitting packet to decoder)|Truncat(ed|ing) packet|Invalid NAL unit size/;

/** Reads ffmpeg's log: keeps the last lines, without secrets, and picks out the facts. */
export class StderrLog {
  readonly lines: string[] = [];
  /** Packets of video that came in all, decoded or not; known when ffmpeg has ended as it was asked to. */
  packetsRead = 0;
  #facts: InputFacts = { codec: null, fps: null, width: 0, height: 0 };
  #declared: RegExpExecArray | null = null;
  readonly #listener: StderrListener;
  #isDamaged = false;

  constructor(listener: StderrListener) {
    this.#listener = listener;
  }

  /** Resolves at the end of the stream. */
  read(stream: Readable): Promise<void> {
    const reader = createInterface({ input: stream });
    reader.on("line", (line) => this.add(line));
    return new Promise((resolve) => void reader.on("close", resolve));
  }

  add(line: string): void {
    const shown = blot(this.#listener.shown?.(line) ?? line);
    this.lines.push(shown);
    if (this.lines.length > KEPT_LINES) this.lines.shift();
    this.#readStream(line);
    this.#readSize(line);
    this.#readDamage(shown);
    this.packetsRead += Number(/\(video\): (\d+) packets read/.exec(line)?.[1] ?? 0);
  }

  #readDamage(line: string): void {
    if (this.#isDamaged || !DAMAGE.test(line)) return;
    this.#isDamaged = true;
    this.#listener.damaged?.(line.replace(/^\[[^\]]+\] /, ""));
  }

  /** The first video stream of the input is the one that is decoded. */
  #readStream(line: string): void {
    const match = /^\s*Stream #0:\d+.*?: Video: (\w+)/.exec(line);
    if (match === null || this.#facts.codec !== null) return;
    const fps = /, ([\d.]+)(k?) fps\b/.exec(line);
    const rate = fps === null ? null : Number(fps[1]) * (fps[2] === "k" ? 1000 : 1);
    this.#facts = { ...this.#facts, codec: match[1] ?? null, fps: rate };
    this.#declared = /, (\d+)x(\d+)/.exec(line);
  }

  /**
   * Our scale filters tell the size of what they get each time the filter graph is built. A version that does not say
   * it is taken at its word about the input, once it begins to write.
   */
  #readSize(line: string): void {
    const filtered = /Parsed_scale_\d+ @ [^\]]+\] w:(\d+) h:(\d+) fmt:/.exec(line);
    const isSilent = this.#facts.width === 0 && line.startsWith("Output #");
    const match = filtered ?? (isSilent ? this.#declared : null);
    if (match === null) return;
    const [width, height] = [Number(match[1]), Number(match[2])];
    if (width === this.#facts.width && height === this.#facts.height) return;
    this.#facts = { ...this.#facts, width, height };
    this.#listener.sized(this.#facts);
  }
}
