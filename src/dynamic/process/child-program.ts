import type { BlockCode } from "../../blocks/contract/code.ts";
import { javascriptHost, pythonHost } from "../hosts/host-text.ts";
import { callFilter } from "../sandbox/call-filter.ts";
import {
  boundLine,
  type CommandLine,
  confinedEnvironment,
  confinedLine,
  EMPTY_FOLDER,
  type Program,
  SINGLE_THREADED,
  SYSTEM_FILES,
} from "../sandbox/sandbox-launch.ts";
import { hasSetpriv, probeSandbox } from "../sandbox/sandbox-probe.ts";
import { findPython, pythonProgram } from "./child-python.ts";

interface OwnWalls {
  /** Filter of system calls, in base64. */
  filter: string | null;
  /** The visible part of the file system; null where the sandbox restricts it. */
  readable: readonly string[] | null;
}

/** How the process of a block is started, and its first messages. */
export interface ChildProgram {
  line: CommandLine;
  env: NodeJS.ProcessEnv;
  /** Working directory; that of the daemon for code with its rights, which names files as other local code does. */
  cwd: string | undefined;
  /** Filter of system calls that the command line installs; null where it does not. */
  filter: Buffer | null;
  /** What a program shuts itself in with before it loads code, where nothing around it does; null for others. */
  ownWalls: OwnWalls | null;
  /** The host program. */
  text: string;
  /** What ends of the process mean, by how it ended. */
  endings: Readonly<Record<string, string>>;
  /** Texts of the code whose imports are made before it is loaded; none for JavaScript. */
  texts: readonly string[];
  /** Header of the message with the code. */
  load: Record<string, unknown>;
  /** Processes and threads that it may have, null for as many as it likes. */
  mostProcesses: number | null;
}

/** Beside the heap of JavaScript, which has a limit of its own, an interpreter needs memory for itself. */
const RUNTIME_MEMORY_MB = 192;
const MOST_PROCESSES = 32;
const OUT_OF_MEMORY = "it was aborted, as for want of memory";
const NODE_ENDINGS = {
  "exit code 13": "it waits for what never comes",
  "ended by signal 6": OUT_OF_MEMORY,
  "ended by SIGABRT": OUT_OF_MEMORY,
};

export function childProgram(code: BlockCode): ChildProgram {
  return code.language === "python" ? pythonChild(code) : javascriptChild(code);
}

/** The interpreter that runs code of that language in isolation, as the probe of the sandbox needs it. */
export function confinedProgram({
  language,
  limits,
  python,
}: Pick<BlockCode, "language" | "limits" | "python">): Program {
  return language === "python" ? pythonProgram(findPython(python)) : nodeProgram(limits.memoryMb);
}

function pythonChild(code: BlockCode): ChildProgram {
  const load = {
    hash: code.hash,
    block_type: code.blockType,
    source: code.source,
    init_source: code.initSource,
    run_name: code.runName,
    init_name: code.initName,
    imports: code.imports,
  };
  const texts = [code.imports.join("\n"), code.source, code.initSource ?? ""];
  if (code.mode === "isolated") {
    const ownWalls = ownWallsFor(confinedProgram(code));
    return { ...confined(code), ownWalls, text: pythonHost(), endings: {}, texts, load, mostProcesses: MOST_PROCESSES };
  }
  const line = boundLine(pythonProgram(findPython(code.python)), hasSetpriv());
  return {
    line,
    env: { ...SINGLE_THREADED, ...process.env },
    cwd: undefined,
    filter: null,
    ownWalls: null,
    text: pythonHost(),
    endings: {},
    texts,
    load,
    mostProcesses: null,
  };
}

/** Bubblewrap does all of it, and puts a folder to write into beside. */
function ownWallsFor(program: Program): ChildProgram["ownWalls"] {
  const { level, filtersCalls } = probeSandbox(program);
  if (level !== "strong") return ownWalls(program);
  return filtersCalls ? null : { ...ownWalls(program), readable: null };
}

export function ownWalls({ readable }: Pick<Program, "readable">): OwnWalls {
  const filter = callFilter()?.toString("base64") ?? null;
  return { filter, readable: [...SYSTEM_FILES, ...readable] };
}

function javascriptChild(code: BlockCode): ChildProgram {
  return {
    ...confined(code),
    // Node has no way to it, and needs none: its flags let nothing through to the system.
    ownWalls: null,
    text: javascriptHost(),
    endings: NODE_ENDINGS,
    texts: [],
    load: { hash: code.hash, code },
    mostProcesses: null,
  };
}

function confined(code: BlockCode): Pick<ChildProgram, "line" | "env" | "cwd" | "filter"> {
  const program = confinedProgram(code);
  const confinement = probeSandbox(program);
  const line = confinedLine(program, confinement, code.limits.memoryMb + RUNTIME_MEMORY_MB);
  const filter = confinement.filtersCalls ? callFilter() : null;
  return { line, env: confinedEnvironment(), cwd: EMPTY_FOLDER, filter };
}

/** Node with everything switched off that can be. */
function nodeProgram(memoryMb: number): Program {
  const flags = process.allowedNodeEnvironmentFlags.has("--permission") ? "--permission" : "--experimental-permission";
  const args = [
    flags,
    "--no-warnings",
    "--disallow-code-generation-from-strings",
    "--no-expose-wasm",
    `--max-old-space-size=${memoryMb}`,
    "--input-type=module",
  ];
  return {
    command: process.execPath,
    args: [...args, "-"],
    readable: [],
    wantsScratch: false,
    reservesMb: null,
    trial: [...args, "--eval", "0"],
  };
}
