import { spawnSync } from "node:child_process";
import { closeSync } from "node:fs";
import { callFilter, openCallFilter } from "./call-filter.ts";
import {
  type Confinement,
  confinedEnvironment,
  confinedLine,
  EMPTY_FOLDER,
  type Program,
  SANDBOX_LEVELS,
  type SandboxLevel,
} from "./sandbox-launch.ts";

const found = new Map<string, Confinement>();
const TRIAL_MS = 5000;
const TRIAL_MEMORY_MB = 512;

/** The strongest sandbox that works on this machine; probed once for each thread, in about 50 ms. */
export function probeSandbox(program: Program): Confinement {
  const known = found.get(program.command);
  if (known !== undefined) return known;
  const confinement = candidates(program).find((candidate) => works(program, candidate)) ?? BARE;
  found.set(program.command, confinement);
  return confinement;
}

export function isAtLeast(level: SandboxLevel, least: SandboxLevel): boolean {
  return SANDBOX_LEVELS.indexOf(level) >= SANDBOX_LEVELS.indexOf(least);
}

/** Whether the option itself is there: small systems ship a `setpriv` without it. */
export function hasSetpriv(): boolean {
  setpriv ??= succeeds("setpriv", ["--pdeathsig", "KILL", "--no-new-privs", "--", "true"]);
  return setpriv;
}

let setpriv: boolean | undefined;

const BARE: Confinement = {
  level: "process",
  dropsRoot: false,
  hasScratch: false,
  hasProc: false,
  forbidsNamespaces: false,
  filtersCalls: false,
  hasSetpriv: false,
};

/** Strongest first; as another user where that is possible and the interpreter does not lie in root's own files. */
function candidates({ wantsScratch }: Program): Confinement[] {
  const drops = process.geteuid?.() === 0 && hasSetpriv() ? [true, false] : [false];
  return SANDBOX_LEVELS.toReversed().flatMap((level) => {
    // Older releases of bubblewrap can neither bound what is written nor forbid namespaces.
    const scratches = wantsScratch && level === "strong" ? [true, false] : [false];
    const forbids = level === "strong" ? [true, false] : [false];
    // A systemd unit that protects the kernel's settings covers parts of /proc.
    const procs = level === "strong" ? [true, false] : [false];
    const filters = level === "strong" && callFilter() !== null ? [true, false] : [false];
    const all = scratches.flatMap((hasScratch) =>
      forbids.flatMap((forbidsNamespaces) =>
        filters.flatMap((filtersCalls) =>
          drops.flatMap((dropsRoot) =>
            procs.map((hasProc) => ({ level, dropsRoot, hasScratch, hasProc, forbidsNamespaces, filtersCalls })),
          ),
        ),
      ),
    );
    return all.map((each) => ({ ...each, hasSetpriv: hasSetpriv() }));
  });
}

function works(program: Program, confinement: Confinement): boolean {
  const trial = { ...program, args: program.trial };
  const { command, args } = confinedLine(trial, confinement, TRIAL_MEMORY_MB);
  return withCallFilter(confinement, (filter) => succeeds(command, args, filter));
}

/** Gives the descriptors beyond the first three that a process shut in like that is started with. */
export function withCallFilter<T>({ filtersCalls }: Confinement, start: (descriptors: (number | "ignore")[]) => T): T {
  const program = filtersCalls ? callFilter() : null;
  if (program === null) return start([]);
  const filter = openCallFilter(program);
  try {
    return start(["ignore", "ignore", filter]);
  } finally {
    closeSync(filter);
  }
}

function succeeds(command: string, args: readonly string[], more: (number | "ignore")[] = []): boolean {
  const env = confinedEnvironment();
  return (
    spawnSync(command, args, {
      stdio: ["ignore", "ignore", "ignore", ...more],
      timeout: TRIAL_MS,
      env,
      cwd: EMPTY_FOLDER,
    }).status === 0
  );
}
