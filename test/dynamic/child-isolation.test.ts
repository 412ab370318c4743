import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CODE_LIMITS } from "../../src/blocks/contract/code.ts";
import { confinedProgram } from "../../src/dynamic/process/child-program.ts";
import { confinedEnvironment, confinedLine } from "../../src/dynamic/sandbox/sandbox-launch.ts";
import { probeSandbox, withCallFilter } from "../../src/dynamic/sandbox/sandbox-probe.ts";
import { openBlock } from "./child-block.ts";

// What code in isolation tries, and what comes of it on this machine.

const javascript = { language: "javascript", mode: "isolated" } as const;
const python = { language: "python", mode: "isolated" } as const;
const levelOf = (language: "javascript" | "python") =>
  probeSandbox(confinedProgram({ language, limits: CODE_LIMITS, python: "python3" })).level;
const levels = { javascript: levelOf("javascript"), python: levelOf("python") };
for (const [language, level] of Object.entries(levels)) {
  if (level !== "strong")
    process.stderr.write(`skipped: parts of isolation for ${language}: only "${level}" works here\n`);
}
const hasNamespaces = levels.python !== "process" && levels.javascript !== "process";
const isStrong = levels.python === "strong" && levels.javascript === "strong";

const folder = mkdtempSync(join(tmpdir(), "millrace-secret-"));
const secret = join(folder, "secret.txt");
let server: Server;
let port = 0;
let visits = 0;

beforeAll(async () => {
  writeFileSync(secret, "the secret", { mode: 0o644 });
  server = createServer((socket) => {
    visits++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** The host's own objects, by the ways that are known to lead to them; JavaScript in isolation has no other. */
const ESCAPE = `
function host() {
  const found = [];
  const attempt = (way) => { try { const p = way(); if (p) found.push(p); } catch {} };
  attempt(() => process);
  attempt(() => globalThis.process);
  attempt(() => (function () {}).constructor("return process")());
  attempt(() => [].constructor.constructor("return process")());
  attempt(() => console.constructor.constructor("return process")());
  attempt(() => console._stdout.constructor.constructor("return process")());
  attempt(() => {
    let sites;
    Error.prepareStackTrace = (_, s) => { sites = s; return ""; };
    new Error().stack;
    delete Error.prepareStackTrace;
    for (const site of sites) { const p = site.getThis?.()?.process; if (p) return p; }
  });
  return found[0];
}
function load(name) { return host().getBuiltinModule(name); }
`;

describe("JavaScript in isolation", () => {
  const attempt = (body: string) => openBlock(`${ESCAPE}\nasync function run({ path, port }) { ${body} }`, javascript);
  const refused = (body: string) =>
    expect(attempt(body).call({ path: secret, port })).rejects.toMatchObject({ code: "DYNAMIC_CODE" });

  it.each([
    ["read a file", "return load('fs').readFileSync(path, 'utf8');"],
    ["read a file by import", "return (await import('node:fs')).readFileSync(path, 'utf8');"],
    ["write a file", "return load('fs').writeFileSync(path + '.new', 'x');"],
    ["start a process", "return String(load('child_process').execSync('id'));"],
    ["start a thread", "return new (load('worker_threads').Worker)('1', { eval: true }) && 1;"],
    ["make code from text", "return eval('1 + 1');"],
    ["use WebAssembly", "return new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])) && 1;"],
    ["have fetch", "return (await fetch('http://127.0.0.1:' + port)).status;"],
    ["require a module", "return require('fs').readFileSync(path, 'utf8');"],
  ])("cannot %s", async (_, body) => {
    await refused(body);
  });

  it("sees nothing of the environment", async () => {
    const answer = await attempt("try { return Object.keys(host().env); } catch { return []; }").call({
      path: "",
      port,
    });
    expect(
      (answer as string[]).filter((name) => !["PATH", "LANG", "PWD", "_", "SHLVL", "OLDPWD"].includes(name)),
    ).not.toContain("HOME");
  });
});

/** A program in place of the host: what code could do that has got hold of everything Node has. */
const EVERYTHING = `
import fs from "node:fs";
import net from "node:net";
import { spawnSync } from "node:child_process";
import { Worker } from "node:worker_threads";
const [path, port, pid] = JSON.parse(process.env.QUESTION ?? "[]");
const attempt = async (way) => { try { return await way(); } catch (error) { return "refused: " + (error.code ?? error.message); } };
const connect = () => new Promise((resolve, reject) => net.connect(port, "127.0.0.1").on("connect", () => resolve("connected")).on("error", reject));
const answers = {
  read: await attempt(() => fs.readFileSync(path, "utf8")),
  users: await attempt(() => fs.readFileSync("/etc/passwd", "utf8")),
  write: await attempt(() => fs.writeFileSync("/tmp/millrace-escaped", "x") ?? "written"),
  process: await attempt(() => { const { error, stdout } = spawnSync("id"); if (error) throw error; return String(stdout); }),
  thread: await attempt(() => new Worker("1", { eval: true }) && "started"),
  network: await attempt(connect),
  signal: await attempt(() => process.kill(pid, 0) && "sent"),
  code: await attempt(() => new Function("return 1")()),
};
process.stdout.write(JSON.stringify(answers));
process.exit(0);
`;

describe("a program for Node that is shut in, the host's names or not", () => {
  const program = confinedProgram({ language: "javascript", limits: CODE_LIMITS, python: "python3" });
  const confinement = probeSandbox(program);
  const { command, args } = confinedLine(program, confinement, 256);
  const answers = () => {
    const input = EVERYTHING.replace(
      'process.env.QUESTION ?? "[]"',
      `'${JSON.stringify([secret, port, process.pid])}'`,
    );
    const options = { input, encoding: "utf8", env: confinedEnvironment() } as const;
    const { stdout, stderr } = withCallFilter(confinement, (more) =>
      spawnSync(command, args, { ...options, stdio: ["pipe", "pipe", "pipe", ...more] }),
    );
    if (stdout === "") throw new Error(stderr);
    return JSON.parse(stdout) as Record<string, string>;
  };

  it("reaches no files, processes, threads, nor code from text", () => {
    const { network: _network, signal: _signal, ...others } = answers();
    expect(Object.entries(others).filter(([, answer]) => !answer.startsWith("refused: "))).toEqual([]);
  });

  it.skipIf(!hasNamespaces)("reaches neither the network nor the daemon", () => {
    expect(answers()).toMatchObject({ network: "refused: ECONNREFUSED", signal: "refused: ESRCH" });
  });
});

const PYTHON_ATTEMPTS: [string, string][] = [
  ["read a file", "return open(path).read()"],
  ["see the users of the machine", "return open('/etc/passwd').read()"],
  ["start a shell", "import subprocess\n    return subprocess.check_output(['/bin/sh', '-c', 'id']).decode()"],
];

describe("Python in isolation", () => {
  const attempt = (body: string) =>
    openBlock(`import os, socket\ndef run(self, path, port, pid):\n    ${body}`, python);
  const inputs = () => ({ path: secret, port, pid: process.pid });

  it.skipIf(!isStrong).each(PYTHON_ATTEMPTS)("cannot %s", async (_, body) => {
    await expect(attempt(body).call(inputs())).rejects.toMatchObject({ code: "DYNAMIC_CODE" });
  });

  it("cannot write a file", async () => {
    const write = "open(os.path.join(os.path.dirname(path), 'new'), 'w').write('x' * 10000)\n    return 1";
    const { call } = attempt(write);
    // A limit on the size of files ends a process that ignores it.
    await expect(call(inputs())).rejects.toThrow();
    expect(spawnSync("sh", ["-c", 'cat "$0"', join(folder, "new")], { encoding: "utf8" }).stdout).toBe("");
  });

  it.skipIf(!hasNamespaces)("cannot reach the network of the machine", async () => {
    const connect = "socket.create_connection(('127.0.0.1', port), 2).close()\n    return 1";
    await expect(attempt(connect).call(inputs())).rejects.toMatchObject({ code: "DYNAMIC_CODE" });
    expect(visits).toBe(0);
  });

  it.skipIf(!hasNamespaces)("cannot send a signal to the daemon", async () => {
    await expect(attempt("os.kill(pid, 0)\n    return 1").call(inputs())).rejects.toThrow("ProcessLookupError");
    const others = await attempt("return [int(name) for name in os.listdir('/proc') if name.isdigit()]").call(inputs());
    expect((others as number[]).length).toBeLessThan(8);
  });

  it("has no environment of the daemon", async () => {
    const names = (await attempt("return list(os.environ)").call(inputs())) as string[];
    expect(names.filter((name) => !/_THREADS$/.test(name)).toSorted()).not.toContain("HOME");
  });

  it("cannot write into the pictures that it is shown", async () => {
    const { call } = attempt("import mmap\n    return mmap.mmap(4, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE) and 1");
    await expect(call(inputs())).rejects.toMatchObject({ code: "DYNAMIC_CODE" });
  });
});
