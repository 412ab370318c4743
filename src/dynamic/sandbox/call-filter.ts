import { randomUUID } from "node:crypto";
import { closeSync, openSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { inTemporaryFolder } from "../../base/temporary-folder.ts";

// The filter of system calls of isolated code, as a program of the kernel's packet filter: what a block has use for stays, and
// what reaches beyond its own process, its descriptors and its bounded memory is refused.

/** The program for this processor; null where none is known. */
export function callFilter(arch: string = process.arch): Buffer | null {
  const known = arch === "x64" || arch === "arm64" ? ARCHITECTURES[arch] : null;
  if (known === null) return null;
  const { audit, column } = known;
  const onlyFor = (name: keyof typeof CALLS, body: readonly Buffer[]) => {
    const number = CALLS[name][column];
    return number === null ? [] : [jump(EQUAL, number, 0, body.length), ...body];
  };
  return Buffer.concat([
    load(ARCHITECTURE),
    jump(EQUAL, audit, 1, 0),
    result(KILL_PROCESS),
    load(NUMBER),
    // Calls of another numbering of the same processor.
    ...(arch === "x64" ? [jump(AT_LEAST, X32, 0, 1), result(ERROR | EPERM)] : []),
    ...UNKNOWN.flatMap((name) => onlyFor(name, [result(ERROR | ENOSYS)])),
    ...REFUSED.flatMap((name) => onlyFor(name, [result(ERROR | EPERM)])),
    ...onlyFor("clone", [load(argument(0)), jump(ANY_BIT, CLONE_THREAD, 0, 1), result(ALLOW), result(ERROR | EPERM)]),
    // Memory that several could share counts against no limit but that of addresses.
    ...onlyFor("mmap", [
      load(argument(3)),
      instruction(AND, 0, 0, SHARED_ANONYMOUS),
      jump(EQUAL, SHARED_ANONYMOUS, 0, 1),
      result(ERROR | EPERM),
      result(ALLOW),
    ]),
    // Other families belong to no network namespace, or are ways into the kernel.
    ...onlyFor("socket", [
      load(argument(0)),
      ...FAMILIES.flatMap((family) => [jump(EQUAL, family, 0, 1), result(ALLOW)]),
      result(ERROR | EPERM),
    ]),
    result(ALLOW),
  ]);
}

/** A descriptor from which a new process can read the program, once; close it when the process has been started. */
export function openCallFilter(program: Buffer): number {
  return inTemporaryFolder((folder) => openOnce(join(folder, `millrace-${randomUUID()}`), program));
}

function openOnce(path: string, program: Buffer): number {
  const written = openSync(path, "wx", 0o600);
  try {
    writeSync(written, program);
    return openSync(path, "r");
  } finally {
    closeSync(written);
    unlinkSync(path);
  }
}

const ARCHITECTURES = {
  x64: { audit: 0xc000003e, column: 0 },
  arm64: { audit: 0xc00000b7, column: 1 },
} as const;

/** Numbers on x86-64 and on AArch64. */
const CALLS = {
  clone: [56, 220],
  mmap: [9, 222],
  socket: [41, 198],
  clone3: [435, 435],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  fork: [57, null],
  vfork: [58, null],
  ptrace: [101, 117],
  syslog: [103, 116],
  shmget: [29, 194],
  shmat: [30, 196],
  shmctl: [31, 195],
  semget: [64, 190],
  msgget: [68, 186],
  mq_open: [240, 180],
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  memfd_create: [319, 279],
  memfd_secret: [447, 447],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  kcmp: [312, 272],
  pidfd_getfd: [438, 438],
  unshare: [272, 97],
  setns: [308, 268],
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  fanotify_init: [300, 262],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  reboot: [169, 142],
  swapon: [167, 224],
  swapoff: [168, 225],
  acct: [163, 89],
  quotactl: [179, 60],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  clock_adjtime: [305, 266],
  adjtimex: [159, 171],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  vhangup: [153, 58],
  iopl: [172, null],
  ioperm: [173, null],
  modify_ldt: [154, null],
} as const satisfies Record<string, readonly [number, number | null]>;

/** Said not to be there, as on older kernels: callers then take another way. */
const UNKNOWN = ["clone3", "io_uring_setup", "io_uring_enter", "io_uring_register"] as const;
const LOOKED_AT: readonly string[] = ["clone", "mmap", "socket", ...UNKNOWN];
const REFUSED = (Object.keys(CALLS) as (keyof typeof CALLS)[]).filter((name) => !LOOKED_AT.includes(name));
/** Of the machine, of IPv4, IPv6, and of the kernel, which tells the names of network cards. */
const FAMILIES = [1, 2, 10, 16];
const CLONE_THREAD = 0x10000;
/** MAP_SHARED and MAP_ANONYMOUS. */
const SHARED_ANONYMOUS = 0x21;
const X32 = 0x40000000;

const [LOAD, RETURN, AND, EQUAL, AT_LEAST, ANY_BIT] = [0x20, 0x06, 0x54, 0x15, 0x35, 0x45];
const [NUMBER, ARCHITECTURE] = [0, 4];
const [ALLOW, KILL_PROCESS, ERROR] = [0x7fff0000, 0x80000000, 0x00050000];
const [EPERM, ENOSYS] = [1, 38];

/** Where the lower half of an argument lies, which holds all of it for what is looked at. */
function argument(index: number): number {
  return 16 + 8 * index;
}

function load(offset: number): Buffer {
  return instruction(LOAD, 0, 0, offset);
}

function result(action: number): Buffer {
  return instruction(RETURN, 0, 0, action);
}

/** Instructions to skip when it holds, and when it does not. */
function jump(test: number, value: number, ifSo: number, ifNot: number): Buffer {
  return instruction(test, ifSo, ifNot, value);
}

function instruction(code: number, ifSo: number, ifNot: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(ifSo, 2);
  bytes.writeUInt8(ifNot, 3);
  bytes.writeUInt32LE(value >>> 0, 4);
  return bytes;
}
