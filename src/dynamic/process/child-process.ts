import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync } from "node:fs";
import type { Duplex, Readable } from "node:stream";
import { BugError } from "../../base/errors.ts";
import { openCallFilter } from "../sandbox/call-filter.ts";
import type { CommandLine } from "../sandbox/sandbox-launch.ts";
import type { Spin } from "./spin.ts";

export interface ChildSettings {
  line: CommandLine;
  env: NodeJS.ProcessEnv;
  /** Working directory; that of the daemon where none is given. */
  cwd: string | undefined;
  /** Text of the program that the interpreter runs; it comes by standard input, so that no file is read. */
  program: string;
  /** Descriptor of the pictures, number 4 in the process. */
  frames: number;
  /** Filter of system calls that the command line reads from a descriptor; null where it reads none. */
  filter: Buffer | null;
  /** What ends of this program mean, by how it ended. */
  endings: Readonly<Record<string, string>>;
  onMessageBytes: (bytes: Uint8Array<ArrayBuffer>) => void;
  onOutput: (stream: "stdout" | "stderr", text: string) => void;
  /** The process is gone; tells how it ended. */
  onEnd: (how: string) => void;
}

/** Handles with `ref` and `unref`; streams of a child are sockets, which the types do not say. */
interface Holding {
  ref(): void;
  unref(): void;
}

interface Described extends Duplex {
  _handle?: { fd?: number } | null;
}

/** A process that runs code, with a conversation of its own on descriptor 3. */
export class CodeProcess {
  readonly #child: ChildProcess;
  readonly #talk: Duplex;
  #hasEnded = false;

  /** Starts it. Call it on the thread that uses it: when the thread dies, so does the process. */
  constructor(settings: ChildSettings) {
    const { line, env, cwd, program, frames } = settings;
    const filter = settings.filter === null ? null : openCallFilter(settings.filter);
    // A group of its own, so that what the code has started ends with it.
    const stdio: StdioOptions = ["pipe", "pipe", "pipe", "pipe", frames, ...(filter === null ? [] : [filter])];
    this.#child = spawn(line.command, line.args, { stdio, env, cwd, detached: true });
    if (filter !== null) closeSync(filter);
    const talk = this.#child.stdio[3];
    if (talk === null || talk === undefined || !("write" in talk) || !("read" in talk))
      throw new BugError("no descriptor 3");
    this.#talk = talk as Duplex;
    this.#listen(settings);
    this.#child.stdin?.end(program);
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr])
      (stream as Holding | null)?.unref();
    this.#hold(false);
  }

  send(bytes: Uint8Array): void {
    this.#talk.write(bytes);
  }

  /** Waits awake for what arrives in the next moments, until `take` says that this was all. */
  spin(spin: Spin, take: (bytes: Uint8Array<ArrayBuffer>) => boolean): void {
    // Node does not promise that it tells the descriptor; without it the event loop brings what arrives, as it does anyway.
    const { fd } = (this.#talk as Described)._handle ?? {};
    if (fd !== undefined && fd >= 0 && this.#talk.writableLength === 0) spin.wait(fd, take);
  }

  /** Ends it with everything it has started; there is nothing to save in it. */
  kill(): void {
    if (this.#hasEnded) return;
    // Its end is awaited.
    this.#hold(true);
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      this.#child.kill("SIGKILL");
    }
  }

  async close(): Promise<void> {
    if (this.#hasEnded) return;
    const gone = once(this.#child, "close");
    this.kill();
    await gone;
  }

  /** Whether it keeps this process alive. A pending call has a timer that does so. */
  #hold(isHeld: boolean): void {
    for (const handle of [this.#child, this.#talk] as Holding[]) {
      if (isHeld) handle.ref();
      else handle.unref();
    }
  }

  #pipes(): (Holding | null)[] {
    const { stdin, stdout, stderr } = this.#child;
    return [stdin, stdout, stderr] as unknown as (Holding | null)[];
  }

  #listen({ line, endings, onMessageBytes, onOutput, onEnd }: ChildSettings): void {
    const child = this.#child;
    const end = (how: string) => {
      if (this.#hasEnded) return;
      this.#hasEnded = true;
      const meaning = endings[how];
      onEnd(meaning === undefined ? how : `${meaning} (${how})`);
    };
    this.#talk.on("data", onMessageBytes);
    listenTo(child.stdout, (text) => onOutput("stdout", text));
    listenTo(child.stderr, (text) => onOutput("stderr", text));
    // Its last words are awaited.
    child.on("exit", () => {
      for (const stream of this.#pipes()) stream?.ref();
    });
    child.on("error", (error) => end(`"${line.command}" cannot be started: ${error.message}`));
    child.on("close", (code, signal) => end(signal === null ? exitOf(code ?? 0) : `ended by ${signal}`));
    // The end is reported once, by the process and not by its pipes.
    for (const stream of [this.#talk, child.stdin, child.stdout, child.stderr]) stream?.on("error", () => {});
  }
}

function listenTo(stream: Readable | null, take: (text: string) => void): void {
  stream?.setEncoding("utf8").on("data", take);
}

/** Programs between this process and the interpreter pass a signal on as an exit code. */
function exitOf(code: number): string {
  return code > 128 ? `ended by signal ${code - 128}` : `exit code ${code}`;
}
