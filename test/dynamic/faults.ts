/** Where the code runs. Python has a process of its own in `local` as well; its rows hold for both. */
export type FaultHost = "JavaScript, isolated" | "JavaScript, local" | "Python";

/** What is gone with the fault, and comes back by itself. "nothing": the call alone fails, if that. */
export type Ended = "nothing" | "process" | "thread" | "daemon";

/**
 * One way in which code runs away. `body` is that of a function which is called for each frame; with `at` it stands
 * outside of it, or in `init`.
 */
export interface Fault {
  name: string;
  host: FaultHost;
  body: string;
  at: "run" | "load" | "init";
  ended: Ended;
  /** What ends it, for the documentation. */
  by: string;
  /** Codes of which the call fails with one; none when it gives its result all the same. */
  codes: readonly string[];
  /** Its memory is limited, beside the deadline. */
  isBounded?: boolean;
  needs?: "numpy";
}

/** Source of a block that is well behaved until its input `sick` is set; what runs as it is loaded is sick at once. */
export function sourceOf({ host, body, at }: Pick<Fault, "host" | "body" | "at">): string {
  const [outside, inside] = at === "load" ? [body, ""] : ["", at === "run" ? body : ""];
  if (host !== "Python") return `${outside}\nfunction run({ sick }) {\nif (!sick) return { out: 1 };\n${inside}\n}`;
  const lines = `if not sick: return {'out': 1}\n${inside}`.replace(/^(?=.)/gm, "    ");
  return `${PYTHON_NAMES}\n${outside}\ndef run(self, sick, image=None):\n${lines}`;
}

/** Source of its `init`; null for code without one. */
export function initSourceOf({ host, body, at }: Pick<Fault, "host" | "body" | "at">): string | null {
  if (at !== "init") return null;
  return host === "Python" ? `def init():\n${body.replace(/^/gm, "    ")}` : `function init() {\n${body}\n}`;
}

const PYTHON_NAMES = "import ctypes, os, re, sys, threading, time";

/** The table of the documentation; `fps` has the frame rate of another camera meanwhile, by `nameOf`. */
export function faultsTable(faults: readonly Fault[], fps: ReadonlyMap<string, string>): string {
  const rows = faults.map((fault) => {
    const { name, host, by, codes, ended } = fault;
    const gives = codes.length === 0 ? GIVES[ended] : codes.map((code) => `\`${code}\``).join(" or ") + THEN[ended];
    return `| ${name} | ${host} | ${by} | ${gives} | ${fps.get(nameOf(fault)) ?? ""} |`;
  });
  return [HEAD, "| --- | --- | --- | --- | --- |", ...rows].join("\n");
}

/** The frame rates that stand in such a table, by `nameOf`. */
export function ratesIn(text: string): Map<string, string> {
  const rows = text.split("\n").map((line) => line.split(" | "));
  return new Map(
    rows
      .filter((cells) => cells.length === 5)
      .map(([name = "", host, , , fps = ""]) => {
        return [`${host}: ${name.slice(2)}`, fps.replace(/ ?\|$/, "")] as const;
      }),
  );
}

const HEAD = "| what the code does | where | what ends it | what the step gives | frames of another camera |";
const THEN = {
  nothing: "",
  process: ", then `DYNAMIC_SUSPENDED`",
  thread: ", then `LANE_SUSPENDED`",
  daemon: "",
} as const;
const GIVES = {
  nothing: "its result",
  process: "",
  thread: "",
  daemon: "nothing until the daemon is back; after the third time `DYNAMIC_SUSPENDED`",
} as const;

export function nameOf({ name, host }: Pick<Fault, "name" | "host">): string {
  return `${host}: ${name}`;
}

type Outcome = Pick<Fault, "ended" | "by" | "codes" | "isBounded">;

const process = (by: string, ...codes: string[]): Outcome => ({ ended: "process", by, codes });
const thread = (by: string, ...codes: string[]): Outcome => ({ ended: "thread", by, codes });
const call = (by: string, ...codes: string[]): Outcome => ({ ended: "nothing", by, codes });

const LATE = process("deadline of a call: the process ends", "DYNAMIC_TIMEOUT");
const LATE_LOAD = process("deadline of loading: the process ends", "DYNAMIC_TIMEOUT");
const LEAVES = process("itself: the process ends", "DYNAMIC_DIED");
const FAILS = call("the call fails", "DYNAMIC_CODE");
const VALUE = call("results are looked at", "DYNAMIC_VALUE");
const PRINTS = call("the bound of what a call may print");
const HEAP: Outcome = { ...process("limit of the heap", "DYNAMIC_DIED", "DYNAMIC_TIMEOUT"), isBounded: true };
const MEMORY: Outcome = {
  ...call("limit of memory", "DYNAMIC_CODE", "DYNAMIC_DIED", "DYNAMIC_TIMEOUT"),
  isBounded: true,
};
const SLOW = thread("`timeout_ms`: the thread ends", "LANE_TIMEOUT");
const SLOW_LOAD = thread("`timeout_ms`, or 10 s if that is more: the pipeline does not open", "LANE_TIMEOUT");
const THREAD_HEAP = thread("limit of the thread's heap", "LANE_DIED", "LANE_TIMEOUT");
const UNBOUNDED = thread("`timeout_ms`, if the machine has as much memory", "LANE_TIMEOUT");
const CRASH: Outcome = { ended: "daemon", by: "the daemon crashes; `--supervise` starts it again", codes: [] };

interface Ways {
  name: string;
  body: string;
  at?: Fault["at"];
  isolated?: Outcome;
  local?: Outcome;
}

const BUFFERS = "const kept = [];\nfor (;;) kept.push(new Uint8Array(1e7).fill(1));";

/** In the order of the documentation: what does not return, what grows, what floods, what leaves, what is wrong. */
const JAVASCRIPT: readonly Ways[] = [
  { name: "loops without end", body: "for (;;);", isolated: LATE, local: SLOW },
  {
    name: "makes promises without end",
    body: "return (async () => { for (;;) await null; })();",
    isolated: LATE,
    local: SLOW,
  },
  {
    name: "sets timers without end",
    body: "return new Promise(() => { const again = () => setImmediate(again); again(); });",
    isolated: LATE,
    local: SLOW,
  },
  {
    name: "waits for what never comes",
    body: "return new Promise(() => {});",
    isolated: process("nothing is left to do: the process ends", "DYNAMIC_DIED", "DYNAMIC_TIMEOUT"),
    local: SLOW,
  },
  {
    name: "has a regular expression without end",
    body: "return { out: /^(a+)+$/.test('a'.repeat(40) + 'b') };",
    isolated: LATE,
    local: SLOW,
  },
  {
    name: "sleeps without end",
    body: "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
    isolated: LATE,
    local: SLOW,
  },
  { name: "loops as it is loaded", body: "for (;;);", at: "load", isolated: LATE_LOAD, local: SLOW_LOAD },
  { name: "loops in `init`", body: "for (;;);", at: "init", isolated: LATE_LOAD },
  {
    name: "keeps ever more lists",
    body: "const kept = [];\nfor (;;) kept.push(new Array(1e5).fill(0.5));",
    isolated: HEAP,
    local: THREAD_HEAP,
  },
  {
    name: "lets one list grow",
    body: "const kept = [];\nfor (;;) kept.push(0.5);",
    isolated: { ...HEAP, codes: ["DYNAMIC_DIED", "DYNAMIC_CODE", "DYNAMIC_TIMEOUT"] },
  },
  {
    name: "lets a map grow",
    body: "const kept = new Map();\nfor (let i = 0; ; i++) kept.set(i, [i]);",
    isolated: HEAP,
  },
  { name: "makes one list of 2^27 elements", body: "return { out: new Array(2 ** 27).fill(0.5) };", isolated: HEAP },
  {
    name: "doubles a text",
    body: "let text = 'ab';\nfor (;;) text += text;",
    isolated: FAILS,
    local: FAILS,
  },
  { name: "keeps ever more array buffers", body: BUFFERS, isolated: MEMORY, local: UNBOUNDED },
  {
    name: "keeps ever more shared buffers",
    body: "const kept = [];\nfor (;;) kept.push(new Uint8Array(new SharedArrayBuffer(1e7)).fill(1));",
    isolated: MEMORY,
  },
  {
    name: "keeps ever more memory of WebAssembly",
    body: "const kept = [];\nfor (;;) kept.push(new Uint8Array(new WebAssembly.Memory({ initial: 1000 }).buffer).fill(1));",
    isolated: call("WebAssembly is off", "DYNAMIC_CODE"),
    local: UNBOUNDED,
  },
  {
    name: "calls itself without end",
    body: "const f = () => 1 + f();\nreturn { out: f() };",
    isolated: FAILS,
    local: FAILS,
  },
  {
    name: "prints 20 MB in each call",
    body: "for (let i = 0; i < 2000; i++) console.log('x'.repeat(10_000));\nreturn { out: 1 };",
    isolated: PRINTS,
    local: PRINTS,
  },
  { name: "prints without end", body: "for (;;) console.log('x'.repeat(1000));", isolated: LATE, local: SLOW },
  {
    name: "prints errors without end",
    body: "for (;;) console.error('x'.repeat(1000));",
    isolated: LATE,
    local: SLOW,
  },
  {
    name: "calls `process.exit`",
    body: "process.exit(3);",
    isolated: call("there is no `process`", "DYNAMIC_CODE"),
    local: thread("itself: the thread ends", "LANE_DIED"),
  },
  {
    name: "calls `process.abort`",
    body: "process.abort();",
    isolated: call("there is no `process`", "DYNAMIC_CODE"),
    local: call("not in threads", "DYNAMIC_CODE"),
  },
  {
    name: "throws an error in a timer",
    body: "setTimeout(() => { throw new Error('late'); });\nreturn new Promise((resolve) => setTimeout(resolve, 50, { out: 1 }));",
    isolated: process("the process ends", "DYNAMIC_DIED"),
    local: thread("the thread ends", "LANE_DIED"),
  },
  {
    name: "crashes its process (`SIGSEGV`)",
    body: "process.kill(process.pid, 'SIGSEGV');\nfor (;;);",
    isolated: call("there is no `process`", "DYNAMIC_CODE"),
    local: CRASH,
  },
  {
    name: "aborts its process (`SIGABRT`)",
    body: "process.kill(process.pid, 'SIGABRT');\nfor (;;);",
    local: CRASH,
  },
  {
    name: "is killed, as for want of memory (`SIGKILL`)",
    body: "process.kill(process.pid, 'SIGKILL');\nfor (;;);",
    local: CRASH,
  },
  {
    name: "throws at each frame",
    body: "throw new Error('each frame');",
    isolated: FAILS,
    local: FAILS,
  },
  { name: "throws what is no error", body: "throw null;", isolated: FAILS, local: FAILS },
  {
    name: "returns 70 MB",
    body: "return { out: new Uint8Array(70 * 2 ** 20) };",
    isolated: VALUE,
  },
  {
    name: "returns 32 MB at each frame",
    body: "return { out: new Uint8Array(2 ** 25).fill(Date.now()) };",
    isolated: call("messages of more than 4 MiB are not sent"),
  },
  {
    name: "returns what holds itself",
    body: "const a = {};\na.a = a;\nreturn { out: a };",
    isolated: VALUE,
    local: call("outputs are looked at", "OUTPUT_MALFORMED"),
  },
  { name: "returns a function", body: "return { out: () => 1 };", isolated: VALUE },
  {
    name: "returns what fails when it is read",
    body: "return { get out() { throw new Error('read'); } };",
    isolated: FAILS,
    local: call("results are looked at", "STEP_RESULT"),
  },
];

const PYTHON: readonly (Pick<Fault, "name" | "body"> & Partial<Fault> & { outcome: Outcome })[] = [
  { name: "loops without end", body: "while True: pass", outcome: LATE },
  {
    name: "loops, and lets no exception through",
    body: "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    outcome: LATE,
  },
  { name: "loops in 100 threads", body: spin(100), outcome: LATE },
  {
    name: "has a regular expression without end",
    body: "return {'out': bool(re.match('(a+)+$', 'a' * 40 + 'b'))}",
    outcome: LATE,
  },
  { name: "sleeps without end", body: "time.sleep(1000)", outcome: LATE },
  { name: "computes a number without end", body: "return {'out': 9 ** 9 ** 9}", outcome: LATE },
  { name: "loops as it is loaded", body: "while True: pass", at: "load", outcome: LATE_LOAD },
  { name: "loops in `init`", body: "while True: pass", at: "init", outcome: LATE_LOAD },
  { name: "keeps ever more lists", body: "kept = []\nwhile True: kept.append([0.5] * 10**5)", outcome: MEMORY },
  { name: "lets one list grow", body: "kept = []\nwhile True: kept.append({'a': 1})", outcome: MEMORY },
  { name: "keeps ever more bytes", body: "kept = []\nwhile True: kept.append(b'x' * 10**7)", outcome: MEMORY },
  {
    name: "keeps ever more arrays of numpy",
    body: "import numpy\nkept = []\nwhile True: kept.append(numpy.ones((1000, 1000)))",
    needs: "numpy",
    outcome: MEMORY,
  },
  { name: "asks for 2^40 bytes at once", body: "return {'out': len(bytearray(2**40))}", outcome: FAILS },
  { name: "calls itself without end", body: "def f(): return f() + 1\nreturn {'out': f()}", outcome: FAILS },
  {
    name: "calls itself without end, beyond the interpreter's limit",
    body: "sys.setrecursionlimit(10**9)\ndef f(): return f() + 1\nreturn {'out': f()}",
    outcome: { ...process("limit of the stack or of memory", "DYNAMIC_DIED", "DYNAMIC_CODE", "DYNAMIC_TIMEOUT") },
  },
  {
    name: "prints 20 MB in each call",
    body: "for i in range(2000): print('x' * 10000)\nreturn {'out': 1}",
    outcome: PRINTS,
  },
  { name: "prints without end", body: "while True: print('x' * 1000)", outcome: LATE },
  { name: "prints errors without end", body: "while True: print('x' * 1000, file=sys.stderr)", outcome: LATE },
  { name: "floods its standard output past Python", body: "while True: os.write(1, b'x' * 4096)", outcome: LATE },
  { name: "floods its standard error past Python", body: "while True: os.write(2, b'x' * 4096)", outcome: LATE },
  {
    name: "writes nonsense where answers go",
    body: "os.write(3, b'nonsense' * 1000)\nreturn {'out': 1}",
    outcome: process("answers are looked at: the process ends", "DYNAMIC_PROTOCOL"),
  },
  { name: "calls `sys.exit`", body: "sys.exit(3)", outcome: FAILS },
  { name: "calls `os._exit`", body: "os._exit(3)", outcome: LEAVES },
  { name: "calls `os.abort`", body: "os.abort()", outcome: LEAVES },
  { name: "reads address 0", body: "ctypes.string_at(0)", outcome: LEAVES },
  { name: "kills itself", body: "os.kill(os.getpid(), 9)", outcome: LEAVES },
  { name: "closes its line to the daemon", body: "os.close(3)\nreturn {'out': 1}", outcome: LEAVES },
  { name: "raises at each frame", body: "raise ValueError('each frame')", outcome: FAILS },
  { name: "raises what is no exception", body: "raise 1", outcome: FAILS },
  { name: "raises `KeyboardInterrupt`", body: "raise KeyboardInterrupt", outcome: FAILS },
  {
    name: "raises in a thread",
    body: "def f(): raise ValueError('thread')\nt = threading.Thread(target=f)\nt.start()\nt.join()\nreturn {'out': 1}",
    outcome: call("not needed"),
  },
  {
    name: "raises an exception that fails when it is read",
    body: "class E(Exception):\n    def __str__(self): raise ValueError(1)\nraise E()",
    outcome: FAILS,
  },
  {
    name: "keeps ever more memory that processes could share",
    body: "import mmap\nkept = []\nwhile True: kept.append(mmap.mmap(-1, 2**30))",
    outcome: MEMORY,
  },
  { name: "returns 70 MB", body: "return {'out': bytes(70 * 2**20)}", outcome: VALUE },
  { name: "returns what holds itself", body: "a = {}\na['a'] = a\nreturn {'out': a}", outcome: VALUE },
  { name: "returns a function", body: "return {'out': lambda: 1}", outcome: VALUE },
];

function spin(threads: number): string {
  return `def spin():\n    while True: pass\nfor _ in range(${threads}): threading.Thread(target=spin, daemon=True).start()\nreturn {'out': 1}`;
}

/** Everything that is tried. */
export const FAULTS: readonly Fault[] = [
  ...JAVASCRIPT.flatMap(({ isolated, local, at = "run", ...way }): Fault[] => [
    ...(isolated === undefined ? [] : [{ ...way, at, host: "JavaScript, isolated" as const, ...isolated }]),
    ...(local === undefined ? [] : [{ ...way, at, host: "JavaScript, local" as const, ...local }]),
  ]),
  ...PYTHON.map(({ outcome, at = "run", ...way }): Fault => ({ ...way, at, host: "Python", ...outcome })),
];
