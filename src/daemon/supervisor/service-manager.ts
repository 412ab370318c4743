import { spawn } from "node:child_process";
import { once } from "node:events";
import { Serial } from "../../base/serial.ts";
import { endsWithin } from "../../base/within.ts";

/** systemd, or what else listens at NOTIFY_SOCKET; without it nothing is sent. */
export interface ServiceManager {
  /** Longest silence that its watchdog accepts; null without a watchdog. */
  readonly watchdogMs: number | null;
  /** Sends assignments such as `READY=1`; one after the other, without waiting. */
  notify(...assignments: readonly string[]): void;
  /** Waits for what is still on its way, at most a second. */
  close(): Promise<void>;
}

const PROGRAM = "systemd-notify";
const FAREWELL_MS = 1000;

/**
 * Takes the variables of the service manager out of the environment, so that no child speaks for the daemon. `complain` gets the
 * reason when nothing can be sent, once.
 */
export function openServiceManager(
  environment: NodeJS.ProcessEnv,
  complain: (message: string) => void,
): ServiceManager {
  const socket = take(environment, "NOTIFY_SOCKET");
  const watchdogMs = watchdogOf(take(environment, "WATCHDOG_USEC"), take(environment, "WATCHDOG_PID"));
  if (socket === undefined) return { watchdogMs: null, notify: () => {}, close: async () => {} };
  const turns = new Serial();
  let hasComplained = false;
  const send = async (assignments: readonly string[]) => {
    const failure = await run(assignments, { ...environment, NOTIFY_SOCKET: socket });
    if (failure !== null && !hasComplained) complain(failure);
    hasComplained = failure !== null;
  };
  return {
    watchdogMs,
    notify(...assignments) {
      void turns.run(() => send(assignments));
    },
    async close() {
      await endsWithin(FAREWELL_MS, turns.idle());
    },
  };
}

/** Node has no datagrams on sockets of the file system; the program comes with systemd. Gives what went wrong. */
async function run(assignments: readonly string[], env: NodeJS.ProcessEnv): Promise<string | null> {
  const child = spawn(PROGRAM, assignments, { env, stdio: ["ignore", "ignore", "pipe"] });
  let complaint = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  try {
    const [code] = (await once(child, "close")) as [number | null];
    return code === 0 ? null : `${PROGRAM}: ${complaint.trim() || `exit code ${code}`}`;
  } catch (error) {
    return `the program ${PROGRAM} cannot be run: ${(error as Error).message}`;
  }
}

function take(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = environment[name];
  delete environment[name];
  return value;
}

/** Its process is this one, or the supervisor, which is the parent. */
function watchdogOf(microseconds: string | undefined, pid: string | undefined): number | null {
  const isMeant = pid === undefined || [process.pid, process.ppid].includes(Number(pid));
  const ms = Number(microseconds) / 1000;
  return isMeant && ms > 0 ? ms : null;
}
