/** How far a process is shut in, weakest first: limits alone; besides no network and no sight of other processes; besides no files. */
export const SANDBOX_LEVELS = ["process", "namespaces", "strong"] as const;
export type SandboxLevel = (typeof SANDBOX_LEVELS)[number];

/** An interpreter and what it needs to see of the file system. */
export interface Program {
  command: string;
  args: readonly string[];
  readable: readonly string[];
  /** Its libraries want to write into /tmp. */
  wantsScratch: boolean;
  /** Addresses that it reserves beside the memory that it uses, in MiB; null for an interpreter that knows no bound at that. */
  reservesMb: number | null;
  /** Arguments for a run that does nothing. */
  trial: readonly string[];
}

/** What was found to work on this machine. */
export interface Confinement {
  level: SandboxLevel;
  /** Gives up the rights of root. */
  dropsRoot: boolean;
  /** A place of its own to write into can be given, in memory and of a bounded size; only where it sees no files of others. */
  hasScratch: boolean;
  /** It sees a `/proc` of its own; where parts of the machine's are covered, the kernel gives it none. */
  hasProc: boolean;
  /** It can make no namespaces of its own, in which it would have rights again, over memory beyond its limit for one. */
  forbidsNamespaces: boolean;
  /** System calls are filtered, by bubblewrap, which reads the filter from a descriptor. */
  filtersCalls: boolean;
  /** `setpriv` is there: the process dies with the thread that started it and cannot gain rights. */
  hasSetpriv: boolean;
}

/** The working directory of sandboxed processes, so that they do not see the daemon's. */
export const EMPTY_FOLDER = "/";

export interface CommandLine {
  command: string;
  args: string[];
}

const UNPRIVILEGED = "65534";
const OPEN_FILES = 64;
const SCRATCH_BYTES = 4 * 2 ** 20;

/** Where a process that is started finds the filter of its system calls. */
const FILTER_DESCRIPTOR = 5;

/** The command that starts a program shut in. */
export function confinedLine(program: Program, confinement: Confinement, memoryMb: number): CommandLine {
  const hasScratch = program.wantsScratch && confinement.level === "strong";
  const line = [
    ...limits(memoryMb, { fileBytes: hasScratch ? SCRATCH_BYTES : 0, reservesMb: program.reservesMb }),
    ...privileges(confinement),
    ...namespaces(program, confinement),
  ];
  return split([...line, program.command, ...program.args]);
}

/** The command that starts a program with the operator's rights, which dies with the thread that started it. */
export function boundLine({ command, args }: Pick<Program, "command" | "args">, hasSetpriv: boolean): CommandLine {
  return split([...(hasSetpriv ? ["setpriv", "--pdeathsig", "KILL", "--"] : []), command, ...args]);
}

/** The shell is replaced by the program; the first to be ended when memory is short is this process. */
function limits(
  memoryMb: number,
  { fileBytes, reservesMb }: { fileBytes: number; reservesMb: Program["reservesMb"] },
): string[] {
  // Memory that processes could share is not counted as their data, only as addresses.
  const addresses = reservesMb === null ? [] : [`ulimit -v ${(memoryMb + reservesMb) * 1024}`];
  const script = [
    "echo 1000 2>/dev/null >/proc/self/oom_score_adj",
    `ulimit -c 0; ulimit -f ${fileBytes / 512}; ulimit -n ${OPEN_FILES}; ulimit -d ${memoryMb * 1024}`,
    ...addresses,
    'exec "$@"',
  ];
  return ["sh", "-c", script.join("; "), "sh"];
}

function privileges({ dropsRoot, hasSetpriv }: Confinement): string[] {
  if (!hasSetpriv) return [];
  const unprivileged = dropsRoot ? ["--reuid", UNPRIVILEGED, "--regid", UNPRIVILEGED, "--clear-groups"] : [];
  return ["setpriv", "--pdeathsig", "KILL", "--no-new-privs", ...unprivileged, "--"];
}

function namespaces(
  { command, readable }: Program,
  { level, hasScratch, hasProc, forbidsNamespaces, filtersCalls }: Confinement,
): string[] {
  if (level === "process") return [];
  if (level === "namespaces") return [...UNSHARE, "setpriv", "--no-new-privs", ...NO_CAPABILITIES, "--"];
  const shown = [...SYSTEM_FILES, ...readable].flatMap((path) => ["--ro-bind-try", path, path]);
  const scratch = hasScratch ? ["--size", String(SCRATCH_BYTES), "--tmpfs", "/tmp"] : [];
  return [
    ...BUBBLEWRAP,
    // The name of the control group is in /proc alone.
    ...(hasProc ? ["--unshare-cgroup-try", "--proc", "/proc"] : []),
    ...(forbidsNamespaces ? ["--disable-userns"] : []),
    ...(filtersCalls ? ["--seccomp", String(FILTER_DESCRIPTOR)] : []),
    ...scratch,
    ...shown,
    "--ro-bind",
    command,
    command,
    "--remount-ro",
    "/",
    // Settings of the kernel belong to root, and root is who runs there when its rights cannot be given up.
    ...(hasProc ? ["--remount-ro", "/proc"] : []),
    "--chdir",
    "/",
    "--",
  ];
}

const NO_CAPABILITIES = ["--bounding-set=-all", "--inh-caps=-all"];
const UNSHARE =
  "unshare --user --map-current-user --net --pid --ipc --uts --mount --fork --kill-child=KILL --mount-proc --".split(
    " ",
  );
const BUBBLEWRAP = [
  ...["bwrap", "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"],
  ...["--uid", UNPRIVILEGED, "--gid", UNPRIVILEGED, "--die-with-parent"],
  ...["--cap-drop", "ALL", "--dev-bind", "/dev/null", "/dev/null"],
];
/** Libraries and where they are found; no programs, no settings, no data of people. */
export const SYSTEM_FILES = [
  "/lib",
  "/lib64",
  "/usr/lib",
  "/usr/lib64",
  "/usr/local/lib",
  "/etc/ld.so.cache",
  "/etc/alternatives",
];

/** Search path for the sandbox programs, instead of the daemon's own. */
const PROGRAMS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin";

/** An empty environment, but for what numeric libraries should know: one process uses one core. */
export function confinedEnvironment(): NodeJS.ProcessEnv {
  return { PATH: PROGRAMS, LANG: "C.UTF-8", ...SINGLE_THREADED };
}

export const SINGLE_THREADED = {
  OMP_NUM_THREADS: "1",
  OPENBLAS_NUM_THREADS: "1",
  MKL_NUM_THREADS: "1",
  NUMEXPR_NUM_THREADS: "1",
  VECLIB_MAXIMUM_THREADS: "1",
} as const;

function split([command = "", ...args]: string[]): CommandLine {
  return { command, args };
}
