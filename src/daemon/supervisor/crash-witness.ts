import { randomUUID } from "node:crypto";
import { closeSync, ftruncateSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { threadId } from "node:worker_threads";
import { z } from "zod";
import { inTemporaryFolder } from "../../base/temporary-folder.ts";
import { type CallWitness, NO_WITNESS, type WitnessedCode } from "../../dynamic/runtime/call-witness.ts";

// Which code was running when the daemon died: every thread has a place in a file without a name that the daemon
// inherits from its supervisor, and writes there what it calls.

/** Code that was in a call when the daemon ended. */
export const RunningCode = z.object({ pipeline: z.string(), step: z.string(), block: z.string(), hash: z.string() });

export type RunningCode = z.output<typeof RunningCode>;

/** Code that the next daemon is not to call until a time, in milliseconds since 1970. */
const SuspendedCode = RunningCode.extend({ until: z.number() });

export type SuspendedCode = z.output<typeof SuspendedCode>;

/** Descriptor of the file in the daemon, behind the three of every process and the channel to its parent. */
export const WITNESS_DESCRIPTOR = 4;
const WITNESS = "MILLRACE_WITNESS";
const SUSPENDED = "MILLRACE_SUSPENDED_CODE";

const PLACE_BYTES = 2048;
const LONGEST_NAME = 100;
const [IDLE, CALLING] = [Buffer.from([0]), 1];

/** The supervisor's end. */
export class CrashWitness {
  readonly descriptor: number;

  constructor() {
    this.descriptor = inTemporaryFolder((folder) => {
      const path = join(folder, `millrace-${randomUUID()}`);
      const descriptor = openSync(path, "wx+", 0o600);
      unlinkSync(path);
      return descriptor;
    });
  }

  /** What the daemon needs to know of it in its environment. */
  environment(suspended: readonly SuspendedCode[]): NodeJS.ProcessEnv {
    return { [WITNESS]: String(WITNESS_DESCRIPTOR), [SUSPENDED]: JSON.stringify(suspended) };
  }

  /** The code that was in a call when the daemon ended; the next one begins with an empty file. */
  take(): RunningCode[] {
    const found: RunningCode[] = [];
    const place = Buffer.alloc(PLACE_BYTES);
    for (let at = 0; readSync(this.descriptor, place, 0, PLACE_BYTES, at) > 1; at += PLACE_BYTES) {
      const code = place[0] === CALLING ? codeIn(place) : null;
      if (code !== null) found.push(code);
      place.fill(0);
    }
    ftruncateSync(this.descriptor, 0);
    return found;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

function codeIn(place: Buffer): RunningCode | null {
  try {
    const text = place.toString("utf8", 1);
    return RunningCode.parse(JSON.parse(text.slice(0, text.indexOf("\0"))));
  } catch {
    return null;
  }
}

/** The daemon's end, for the code of a pipeline on this thread; does nothing without a supervisor. */
export function openCallWitness(environment: NodeJS.ProcessEnv, pipeline: string): CallWitness {
  const descriptor = Number(environment[WITNESS] ?? "0");
  if (descriptor === 0) return NO_WITNESS;
  const suspended = suspendedIn(environment);
  const at = threadId * PLACE_BYTES;
  return {
    watch(code) {
      const running = runningCode(code, pipeline);
      const place = Buffer.alloc(PLACE_BYTES);
      place[0] = CALLING;
      const length = 2 + place.write(JSON.stringify(running), 1, PLACE_BYTES - 2);
      const until = suspended.find((one) => isSameCode(one, running))?.until ?? 0;
      return {
        begin: () => void writeSync(descriptor, place, 0, length, at),
        end: () => void writeSync(descriptor, IDLE, 0, 1, at),
        suspendedMs: () => (until === 0 ? 0 : Math.max(0, until - Date.now())),
      };
    },
  };
}

/** The suspended code that the supervisor passed in the environment. */
export function suspendedIn(environment: NodeJS.ProcessEnv): SuspendedCode[] {
  try {
    return z.array(SuspendedCode).parse(JSON.parse(environment[SUSPENDED] ?? "[]"));
  } catch {
    return [];
  }
}

export function isSameCode(one: RunningCode, other: RunningCode): boolean {
  return one.pipeline === other.pipeline && one.step === other.step && one.hash === other.hash;
}

function runningCode({ step, blockType, hash }: WitnessedCode, pipeline: string): RunningCode {
  const named = { pipeline, step, block: blockType, hash };
  // Paths of steps in generated workflows can be long; a place cannot.
  return RunningCode.parse(
    Object.fromEntries(Object.entries(named).map(([key, text]) => [key, text.slice(0, LONGEST_NAME)])),
  );
}
