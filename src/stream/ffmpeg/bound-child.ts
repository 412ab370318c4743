import { type ChildProcess, type StdioOptions, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

/**
 * Starts a process that the kernel kills when this one dies, even by SIGKILL, wherever `setpriv` is there.
 * Call it from the main thread: the death signal is bound to the thread that started the child.
 */
export function spawnBound(command: string, args: readonly string[], stdio: StdioOptions): ChildProcess {
  return hasSetpriv()
    ? spawn("setpriv", ["--pdeathsig", "KILL", "--", command, ...args], { stdio })
    : spawn(command, [...args], { stdio });
}

/**
 * Asks the child to end, kills it after `graceMs`, and resolves when it is gone. It is asked twice: ffmpeg 7 without a
 * terminal does not look at the first signal while it reads, and the second one breaks its reading off.
 */
export async function killWithCertainty(child: ChildProcess, graceMs: number): Promise<void> {
  if (hasEnded(child)) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const timers = [
    setTimeout(() => child.kill("SIGTERM"), graceMs / 4),
    setTimeout(() => child.kill("SIGKILL"), graceMs),
  ];
  try {
    await gone;
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}

/**
 * Has a child that others started killed when this process ends, even by SIGKILL: a shell waits for the end of a pipe that
 * only this process holds.
 */
export function endWithThisProcess(child: ChildProcess): void {
  if (hasEnded(child)) return;
  const guard = spawn("sh", ["-c", 'read -r _; kill -KILL "$0"', String(child.pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guard.on("error", () => {});
  guard.unref();
  // Its number may be another's from then on.
  child.once("exit", () => guard.kill("SIGKILL"));
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

let setprivWorks: boolean | undefined;

/** Small systems ship a `setpriv` without the death signal, so the option itself is tried once. */
function hasSetpriv(): boolean {
  setprivWorks ??= spawnSync("setpriv", ["--pdeathsig", "KILL", "--", "true"], { stdio: "ignore" }).status === 0;
  return setprivWorks;
}
