import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { pythonHost } from "../../src/dynamic/hosts/host-text.ts";
import { Conversation } from "../../src/dynamic/process/child-conversation.ts";
import { SharedFrames } from "../../src/dynamic/process/child-frames.ts";
import { ownWalls } from "../../src/dynamic/process/child-program.ts";
import { findPython, pythonProgram } from "../../src/dynamic/process/child-python.ts";
import { answerError } from "../../src/dynamic/report/child-error.ts";
import { confinedEnvironment, confinedLine } from "../../src/dynamic/sandbox/sandbox-launch.ts";
import { hasSetpriv } from "../../src/dynamic/sandbox/sandbox-probe.ts";

const folder = mkdtempSync(join(tmpdir(), "millrace-walls-"));
const secret = join(folder, "secret.txt");
writeFileSync(secret, "x", { mode: 0o644 });
afterAll(() => rmSync(folder, { recursive: true }));

/** What a function of Python answers at the level "process", where nothing but limits is around it. */
async function answerOf(body: string, hasWalls: boolean): Promise<unknown> {
  const program = pythonProgram(findPython("python3"));
  const bare = {
    level: "process",
    dropsRoot: false,
    hasScratch: false,
    hasProc: false,
    forbidsNamespaces: false,
  } as const;
  const frames = new SharedFrames();
  const conversation = new Conversation({
    line: confinedLine(program, { ...bare, filtersCalls: false, hasSetpriv: hasSetpriv() }, 256),
    env: confinedEnvironment(),
    cwd: "/",
    filter: null,
    program: pythonHost(),
    endings: {},
    frames: frames.readDescriptor,
    onOutput: () => {},
    onNews: () => {},
    onEnd: () => {},
  });
  try {
    return await converse(conversation, body, hasWalls ? ownWalls(program) : null);
  } finally {
    await conversation.close();
    frames.close();
  }
}

async function converse(conversation: Conversation, body: string, own_walls: unknown): Promise<unknown> {
  const ask = async (type: "hello" | "load" | "init" | "call", header: Record<string, unknown>) => {
    const answer = await conversation.ask({ type, header, limitMs: 60_000 });
    if (answer.type === "error") throw answerError(answer.header);
    return answer.header;
  };
  const source = `import ctypes, os, socket\nlibc = ctypes.CDLL(None, use_errno=True)\ndef run(self):\n    ${body}`;
  const code = { hash: "h", block_type: "Code", source, init_source: null, imports: [], batches: null };
  await ask("hello", { output_per_call: 1000, processes: null, own_walls });
  await ask("load", { ...code, run_name: "run", init_name: "init" });
  await ask("init", { hash: "h", namespace: "", step: "s" });
  const call = { namespace: "", step: "s", source: "", sources: [], inputs: {}, frames: [] };
  return (await ask("call", call))["value"];
}

const FILTERED: [string, string][] = [
  ["start a process", "return os.fork() or os._exit(0)"],
  ["look into the session's keys", "raise OSError(ctypes.get_errno()) if libc.syscall(250, 0, -3, 0) < 0 else 0"],
  ["make a socket of virtual machines", "return socket.socket(40, socket.SOCK_STREAM).fileno()"],
];
const HIDDEN: [string, string][] = [
  ["read a file", `return open(${JSON.stringify(secret)}).read()`],
  ["read the environment of the daemon", `return open("/proc/${process.pid}/environ").read()`],
  ["start another program", "os.execv('/bin/sh', ['sh', '-c', 'exit 3'])"],
];

const hasFilter = ["x64", "arm64"].includes(process.arch);
const canHide = await answerOf("return libc.syscall(444, None, ctypes.c_long(0), 1)", false).then(
  (version) => Number(version),
  () => 0,
);
if (canHide < 1)
  process.stderr.write("skipped: files out of sight at the level process, as this kernel has no Landlock\n");

describe("Python at the level process", () => {
  it.skipIf(!hasFilter).each(FILTERED)("cannot %s", async (_, body) => {
    await expect(answerOf(body, true)).rejects.toThrow(/PermissionError|OSError: 1/);
  });

  it.skipIf(canHide < 1).each(HIDDEN)("cannot %s, where the kernel can hide files", async (_, body) => {
    await expect(answerOf(body, true)).rejects.toThrow("PermissionError");
  });

  it.skipIf(canHide < 4)("cannot connect to a server of the machine, where the kernel can refuse that", async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const body = `return socket.create_connection(("127.0.0.1", ${port}), 2).fileno()`;
    await expect(answerOf(body, true)).rejects.toThrow("PermissionError");
    await expect(answerOf(body, false)).resolves.toBeGreaterThan(4);
  });

  it.skipIf(canHide < 6)("cannot send a signal to the daemon, where the kernel can refuse that", async () => {
    await expect(answerOf(`return os.kill(${process.pid}, 0)`, true)).rejects.toThrow("PermissionError");
    await expect(answerOf(`return os.kill(${process.pid}, 0)`, false)).resolves.toBe(null);
  });

  it("still finds libraries and starts threads", async () => {
    const body = [
      "import decimal, threading, xml.dom.minidom",
      "found = []",
      "thread = threading.Thread(target=lambda: found.append(decimal.Decimal(1)))",
      "thread.start(); thread.join()",
      "return len(found)",
    ].join("; ");
    await expect(answerOf(body, true)).resolves.toBe(1);
  });

  it("could do all that without walls of its own", async () => {
    for (const [, body] of HIDDEN.slice(0, 2)) await expect(answerOf(body, false)).resolves.toBeTypeOf("string");
    await expect(answerOf("child = os.fork() or os._exit(0); return os.waitpid(child, 0)[1]", false)).resolves.toBe(0);
  });
});
