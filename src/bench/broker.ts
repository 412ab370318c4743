import { once } from "node:events";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { MillraceError } from "../base/errors.ts";
import { openEmbeddedBroker } from "../demo/broker.ts";
import { killWithCertainty, spawnBound } from "../stream/ffmpeg/bound-child.ts";

export interface BenchBroker {
  url: string;
  name: "mosquitto" | "the embedded aedes";
  close: () => Promise<void>;
}

/** Mosquitto as a process of its own where it is installed, otherwise the demo's broker in this process. */
export async function openBenchBroker(folder: string): Promise<BenchBroker> {
  const mosquitto = findMosquitto();
  if (mosquitto !== undefined) return openMosquitto(mosquitto, folder);
  const { url, close } = await openEmbeddedBroker(() => {});
  return { url, close, name: "the embedded aedes" };
}

/** Distributions put it where only root's PATH leads. */
function findMosquitto(): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"].filter(Boolean);
  return folders.map((folder) => join(folder, "mosquitto")).find((path) => existsSync(path));
}

async function openMosquitto(path: string, folder: string): Promise<BenchBroker> {
  const port = await freePort();
  const config = join(folder, "mosquitto.conf");
  const lines = [
    `listener ${port} 127.0.0.1`,
    "allow_anonymous true",
    "persistence false",
    "set_tcp_nodelay true",
    "user root",
  ];
  await writeFile(config, `${lines.join("\n")}\n`);
  const child = spawnBound(path, ["-c", config], "ignore");
  const close = () => killWithCertainty(child, 2000);
  for (let tries = 0; !(await accepts(port)); tries++) {
    if (tries < 200) await delay(25);
    else {
      await close();
      throw new MillraceError("BENCH_BROKER", `"${path}" does not listen on port ${port}`);
    }
  }
  return { url: `mqtt://127.0.0.1:${port}`, name: "mosquitto", close };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const answer = (isThere: boolean) => () => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once("connect", answer(true)).once("error", answer(false));
  });
}
