import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, connect as openSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

export interface BrokerOptions {
  port?: number;
  /** Without them anybody may connect. */
  credentials?: { username: string; password: string };
  /** Refuses MQTT 5 as a broker of the old days does. */
  protocolV3Only?: boolean;
  /** Further lines of mosquitto.conf. */
  config?: string[];
}

export interface Broker {
  url: string;
  port: number;
  /** What the broker wrote so far. */
  output(): string;
  /** Ends the process; the port stays the same for `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Freezes the process without closing anything, until `resume`. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

const BINARY = ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto"].find(existsSync);

/** For `describe.skipIf`: true, with the reason printed, when there is no mosquitto on this machine. */
export function lacksBroker(): boolean {
  if (BINARY === undefined) process.stderr.write("skipped: mosquitto not found (Debian package mosquitto)\n");
  return BINARY === undefined;
}

/** Starts a real Mosquitto on a loopback port, with a configuration of its own. */
export async function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  if (BINARY === undefined) throw new Error("mosquitto is not installed");
  const port = options.port ?? (await freePort());
  const folder = await mkdtemp(join(tmpdir(), "millrace-broker-"));
  const inner = options.protocolV3Only ? await freePort() : port;
  const config = await writeConfig(folder, inner, options);
  const front = options.protocolV3Only ? await startOldFront(port, inner) : undefined;
  let child: ChildProcess | undefined;
  let output = "";

  async function start(): Promise<void> {
    const started = spawn(BINARY as string, ["-c", config, "-v"], { stdio: ["ignore", "pipe", "pipe"] });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-200_000);
      });
    }
    await until(() => accepts(inner), `mosquitto listens on ${inner}: ${output}`);
  }

  async function stop(): Promise<void> {
    if (child === undefined || child.exitCode !== null) return;
    const exit = once(child, "exit");
    child.kill("SIGCONT");
    child.kill("SIGKILL");
    await exit;
    child = undefined;
  }

  await start();
  return {
    url: `mqtt://127.0.0.1:${port}`,
    port,
    output: () => output,
    stop,
    start,
    pause: () => void child?.kill("SIGSTOP"),
    resume: () => void child?.kill("SIGCONT"),
    async close() {
      await stop();
      front?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Waits, at most 10 s, for a condition that has no event of its own. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const limit = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > limit) throw new Error(`waited in vain until ${what}`);
    await delay(10);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

async function writeConfig(folder: string, port: number, { credentials, config = [] }: BrokerOptions): Promise<string> {
  const lines = [`listener ${port} 127.0.0.1`, "persistence false", "user root", ...config];
  if (credentials === undefined) lines.push("allow_anonymous true");
  else {
    const file = join(folder, "passwords");
    await writeFile(file, "", { mode: 0o600 });
    spawnSync("mosquitto_passwd", ["-b", file, credentials.username, credentials.password]);
    lines.push("allow_anonymous false", `password_file ${file}`);
  }
  const path = join(folder, "mosquitto.conf");
  await writeFile(path, `${lines.join("\n")}\n`);
  return path;
}

/** Answers CONNECT of MQTT 5 with the refusal of MQTT 3.1.1, and passes on everything else. */
async function startOldFront(port: number, inner: number) {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", (connect: Buffer) => {
      const level = connect[connect.indexOf("MQTT") + 4];
      if (level === 5) {
        socket.end(Buffer.from([0x20, 2, 0, 1]));
        return;
      }
      const behind = openSocket(inner, "127.0.0.1");
      behind.on("error", () => socket.destroy());
      behind.write(connect);
      socket.pipe(behind).pipe(socket);
    });
  }).listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = openSocket(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
