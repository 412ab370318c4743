import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { z } from "zod";
import { definedOnly } from "../../base/defined.ts";
import { StepError } from "../../base/errors.ts";
import { EMPTY_FOLDER, type Program } from "../sandbox/sandbox-launch.ts";

const Answer = z.object({
  executable: z.string().min(1),
  version: z.string(),
  numpy: z.string().nullable(),
  supervision: z.string().nullable(),
  paths: z.array(z.string()),
});

/** A Python interpreter with what it says of itself. Paths are what it reads to start. */
export interface Python extends z.output<typeof Answer> {
  /** The interpreter whose place it takes, as that one lacks numpy. */
  insteadOf: string | null;
}

/**
 * The interpreter of that name, looked for once in each thread. Where the first on the path lacks numpy, the next one of the name that
 * has it is taken; a path is the interpreter itself. Throws DYNAMIC_PYTHON where there is none of use.
 */
export function findPython(command: string): Python {
  const known = found.get(command);
  if (known !== undefined) return known;
  const chosen = choose(command);
  found.set(command, chosen);
  return chosen;
}

function choose(command: string): Python {
  const [first] = attempt(command);
  if (first !== undefined && (command.includes("/") || first.numpy !== null)) return { ...first, insteadOf: null };
  const better = command.includes("/") ? undefined : withNumpy(command);
  if (better !== undefined) return { ...better, insteadOf: first?.executable ?? null };
  // Asked for again, it says why it is of no use.
  return { ...(first ?? ask(command)), insteadOf: null };
}

type Answered = z.output<typeof Answer>;

/** One that also has supervision comes before one that has not. */
function withNumpy(name: string): Answered | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter).filter(isAbsolute), "/usr/bin", "/usr/local/bin"];
  const places = [...new Set(folders)].map((folder) => join(folder, name)).filter((path) => existsSync(path));
  const answers = places.flatMap((path) => attempt(path)).filter(({ numpy }) => numpy !== null);
  return answers.find(({ supervision }) => supervision !== null) ?? answers[0];
}

function attempt(path: string): Answered[] {
  try {
    return [ask(path)];
  } catch {
    return [];
  }
}

function ask(command: string): Answered {
  const { stdout, stderr, error } = runPython(command, { code: QUESTION, timeoutMs: ANSWER_MS });
  if (error !== undefined) throw absent(command, error.message);
  const answer = Answer.safeParse(parse(stdout));
  if (!answer.success) throw absent(command, stderr.trim().split("\n").at(-1) ?? "it says nothing of itself");
  if (isOld(answer.data.version)) throw absent(command, `it is Python ${answer.data.version}`);
  return answer.data;
}

/**
 * Runs a text of the program's own. What lies in the working directory, in the user's site or in variables named PYTHON… takes
 * no part: it would run with the rights of the daemon, as a module of a name that the text imports.
 */
export function runPython(command: string, { code, input, timeoutMs }: PythonText): SpawnSyncReturns<string> {
  // A name is looked for on the path, anything else is a path from here.
  const found = command.includes("/") ? resolve(command) : command;
  const options = { encoding: "utf8", timeout: timeoutMs, cwd: EMPTY_FOLDER, ...definedOnly({ input }) } as const;
  return spawnSync(found, [...ALONE, "-c", code], options);
}

/** How the host program is started, which comes by standard input. */
export function pythonProgram({ executable, paths }: Python): Program {
  const args = [...ALONE, "-"];
  const trial = [...ALONE, "-c", "import json"];
  return { command: executable, args, readable: paths, wantsScratch: true, reservesMb: RESERVED_MB, trial };
}

interface PythonText {
  code: string;
  input?: string;
  timeoutMs: number;
}

const found = new Map<string, Python>();
/** Isolated, and without files of compiled code. */
const ALONE = ["-I", "-B"];
const ANSWER_MS = 20_000;
/** Pictures in shared memory, and what numeric libraries set aside. */
const RESERVED_MB = 4096;

// The version of a package is read from its notes: to import it takes long.
const QUESTION = `
import json, os, sys
try:
    from importlib.metadata import version
except ImportError:
    version = None
def found(name):
    try:
        return version(name)
    except Exception:
        return None
paths = [p for p in sys.path if p] + [os.path.realpath(sys.executable)]
paths += [os.path.join(p, "lib") for p in {sys.prefix, sys.base_prefix} if p != "/usr"]
paths += [os.path.join(sys.prefix, "pyvenv.cfg")]
print(json.dumps({
    "executable": sys.executable,
    "version": "%d.%d.%d" % sys.version_info[:3],
    "numpy": found("numpy"),
    "supervision": found("supervision"),
    "paths": [p for p in dict.fromkeys(paths) if os.path.exists(p)],
}))
`;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < 3 || (major === 3 && minor < 8);
}

function absent(command: string, reason: string): StepError {
  const message = `"${command}" cannot run blocks written in Python: ${reason}; Python 3.8 or later is needed`;
  return new StepError("DYNAMIC_PYTHON", message, { command });
}
