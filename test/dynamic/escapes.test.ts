import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CODE_LIMITS } from "../../src/blocks/contract/code.ts";
import { confinedProgram } from "../../src/dynamic/process/child-program.ts";
import { confinedEnvironment, confinedLine } from "../../src/dynamic/sandbox/sandbox-launch.ts";
import { isAtLeast, probeSandbox, withCallFilter } from "../../src/dynamic/sandbox/sandbox-probe.ts";
import { LIMITS, type OpenBlock, openBlock, until } from "./child-block.ts";
import { ESCAPES, type Escape, escapesTable, HARMLESS } from "./escapes.ts";

const programOf = (language: "javascript" | "python") =>
  confinedProgram({ language, limits: CODE_LIMITS, python: "python3" });
const confinements = {
  JavaScript: probeSandbox(programOf("javascript")),
  Node: probeSandbox(programOf("javascript")),
  Python: probeSandbox(programOf("python")),
};
const isRoot = process.geteuid?.() === 0;

/** Why an attempt is not made here; null when it is. */
function reasonToSkip({ host, level, needs }: Escape): string | null {
  const reached = confinements[host];
  if (!isAtLeast(reached.level, level)) return `only "${reached.level}" works here`;
  const met = {
    "a daemon of root": isRoot,
    "rights of root given up": !isRoot || reached.dropsRoot,
    "bubblewrap 0.8": reached.forbidsNamespaces,
  };
  return needs === undefined || met[needs] ? null : `needs ${needs}`;
}

const canary = `canary-${process.pid}`;
const folder = mkdtempSync(join(tmpdir(), "millrace-escapes-"));
const secret = join(folder, "secret.txt");
const abstract = `millrace-${process.pid}`;
const servers: Server[] = [];
let datagrams: Socket;
let other: ChildProcess;
let visits = 0;
let at: Record<string, unknown>;

beforeAll(async () => {
  process.env["MILLRACE_CANARY"] = canary;
  writeFileSync(secret, canary, { mode: 0o644 });
  other = spawn("sleep", ["600"], { stdio: "ignore" });
  datagrams = createSocket("udp4").on("message", () => visits++);
  await new Promise<void>((resolve) => datagrams.bind(0, "127.0.0.1", resolve));
  const tcp = await listen({ port: 0, host: "127.0.0.1" });
  const unix = join(folder, "socket");
  for (const path of [unix, `\0${abstract}`]) await listen({ path });
  const address = tcp.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const udp = datagrams.address().port;
  at = { secret, port, udp, unix, abstract, canary, pid: process.pid, other: other.pid, list: [1] };
});

afterAll(() => {
  delete process.env["MILLRACE_CANARY"];
  for (const server of servers) server.close();
  datagrams.close();
  other.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

async function listen(where: { path: string } | { port: number; host: string }): Promise<Server> {
  const server = createServer((socket) => {
    visits++;
    socket.destroy();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(where, resolve));
  return server;
}

const PYTHON_START = `
import ctypes, os, resource, signal, socket, struct, subprocess, sys, time
libc = ctypes.CDLL(None, use_errno=True)
NEWUSER, NEWNS = 0x10000000, 0x20000
def check(result):
    if result == -1: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
def run(self, at):
`;

/** What is returned goes to standard output, behind whatever libraries write. */
const nodeProgram = (code: string) => `
import fs from "node:fs";
import net from "node:net";
import vm from "node:vm";
import dns from "node:dns";
import inspector from "node:inspector";
import cp from "node:child_process";
import wt from "node:worker_threads";
const at = ${JSON.stringify(at)};
const attempt = async () => { ${code} };
const answer = await attempt().then((reached) => ({ reached: String(reached) }), (error) => ({ failed: error.code + ": " + error.message }));
process.stdout.write(JSON.stringify(answer), () => process.exit(0));
`;

/** None is judged by its time. */
const PATIENT = { ...LIMITS, callMs: 30_000 };

interface Outcome {
  reached?: unknown;
  failed?: string;
}

async function attempt(way: Escape, mode: "isolated" | "local" = "isolated"): Promise<Outcome> {
  if (way.host === "Node") return attemptInNode(way, mode);
  const { call, close } = openAttempt(way, mode);
  const outcome = await call({ at }).then(
    (reached) => ({ reached }),
    (error) => ({ failed: `${error.code}: ${error.message}` }),
  );
  await close();
  return outcome;
}

function openAttempt(way: Escape, mode: "isolated" | "local"): OpenBlock {
  if (way.host === "Python") {
    return openBlock(PYTHON_START + way.code.replace(/^/gm, "    "), { language: "python", mode, limits: PATIENT });
  }
  return openBlock(`async function run({ at }) {\n${way.code}\n}`, { language: "javascript", mode, limits: PATIENT });
}

function attemptInNode({ code }: Escape, mode: "isolated" | "local"): Outcome {
  const shutIn = confinedLine(programOf("javascript"), confinements.Node, 256);
  const { command, args } =
    mode === "isolated" ? shutIn : { command: process.execPath, args: ["--no-warnings", "--input-type=module", "-"] };
  const env = mode === "isolated" ? confinedEnvironment() : process.env;
  const confinement = { ...confinements.Node, filtersCalls: confinements.Node.filtersCalls && mode === "isolated" };
  const { stdout, stderr } = withCallFilter(confinement, (more) =>
    spawnSync(command, args, {
      input: nodeProgram(code),
      encoding: "utf8",
      env,
      stdio: ["pipe", "pipe", "pipe", ...more],
    }),
  );
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as Outcome;
}

/** What an attempt has left outside, where the daemon is. */
async function expectNothingLeft(): Promise<void> {
  expect(readdirSync(folder).toSorted()).toEqual(["secret.txt", "socket"]);
  expect(readFileSync(secret, "utf8")).toBe(canary);
  expect(readdirSync("/dev/shm")).not.toContain("escaped");
  expect(readFileSync("/proc/sysvipc/shm", "utf8")).not.toContain(String(0x6d72657a));
  expect(visits).toBe(0);
  expect(other.exitCode ?? other.signalCode).toBeNull();
  expect(Reflect.get({}, "escaped") ?? Reflect.get(globalThis, "escaped")).toBeUndefined();
  await until(() => !programNames().includes("mr-escaped"));
}

function programNames(): string[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return [readFileSync(`/proc/${name}/comm`, "utf8").trim()];
    } catch {
      return [];
    }
  });
}

describe.each(["JavaScript", "Node", "Python"] as const)("code in isolation, from %s", (host) => {
  const escapes = ESCAPES.filter((way) => way.host === host);
  for (const way of escapes) {
    const reason = reasonToSkip(way);
    if (reason !== null) process.stderr.write(`skipped: "${way.name}" from ${host}: ${reason}\n`);
    it.skipIf(reason !== null)(`does not reach: ${way.name}`, { timeout: 120_000 }, async () => {
      const outcome = await attempt(way);
      if (way.stopped !== "no effect") expect(outcome).toEqual({ failed: expect.stringMatching(way.stopped) });
      await expectNothingLeft();
    });
  }
});

describe.each(["Node", "Python"] as const)("the same code that is not shut in, from %s", (host) => {
  it.each(HARMLESS[host])("does reach: %s", { timeout: 60_000 }, async (name) => {
    const outcome = await attempt(wayOf(host, name), "local");
    expect(outcome).toEqual({ reached: expect.anything() });
  });
});

describe("processes that code with the rights of the daemon leaves behind", () => {
  it("end with its own", { timeout: 60_000 }, async () => {
    const start =
      "child = subprocess.Popen(['sh', '-c', 'echo; exec sleep 600'], stdout=subprocess.PIPE)\nchild.stdout.readline()\nreturn child.pid";
    const way = { ...wayOf("Python", "a shell"), code: start };
    const { call, close } = openAttempt(way, "local");
    const pid = Number(await call({ at }));
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    await close();
    await until(() => !isRunning(pid));
  });
});

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

function wayOf(host: Escape["host"], name: string): Escape {
  const way = ESCAPES.find((each) => each.host === host && each.name === name);
  if (way === undefined) throw new Error(`no attempt "${name}" from ${host}`);
  return way;
}

describe("the table of escapes", () => {
  it("stands in the documentation", () => {
    expect(readFileSync("docs/isolation.md", "utf8")).toContain(escapesTable(ESCAPES));
  });

  it("names each attempt once", () => {
    const names = ESCAPES.map(({ host, name }) => `${host}: ${name}`);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });
});
