import { spawnSync } from "node:child_process";
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

/** The strongest way to shut the program in that works on this machine; tried once for each thread, within some 50 ms. */
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
  forbidsNamespaces: false,
  hasSetpriv: false,
};

/** Strongest first; as another user where that is possible and the interpreter does not lie in root's own files. */
function candidates({ wantsScratch }: Program): Confinement[] {
  const drops = process.geteuid?.() === 0 && hasSetpriv() ? [true, false] : [false];
  return SANDBOX_LEVELS.toReversed().flatMap((level) => {
    // Older releases of bubblewrap can neither bound what is written nor forbid namespaces.
    const scratches = wantsScratch && level === "strong" ? [true, false] : [false];
    const forbids = level === "strong" ? [true, false] : [false];
    return scratches.flatMap((hasScratch) =>
      forbids.flatMap((forbidsNamespaces) =>
        drops.map((dropsRoot) => ({ level, dropsRoot, hasScratch, forbidsNamespaces, hasSetpriv: hasSetpriv() })),
      ),
    );
  });
}

function works(program: Program, confinement: Confinement): boolean {
  const trial = { ...program, args: program.trial };
  const { command, args } = confinedLine(trial, confinement, TRIAL_MEMORY_MB);
  return succeeds(command, args);
}

function succeeds(command: string, args: readonly string[]): boolean {
  const env = confinedEnvironment();
  return spawnSync(command, args, { stdio: "ignore", timeout: TRIAL_MS, env, cwd: EMPTY_FOLDER }).status === 0;
}
