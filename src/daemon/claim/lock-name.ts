import { createHash } from "node:crypto";
import { once } from "node:events";
import { createConnection, createServer } from "node:net";
import { endsWithin } from "../../base/within.ts";
import type { Locking } from "./claims.ts";

const ANSWER_MS = 1000;

/**
 * Locks a name on this machine until the lock is released or the process ends. It is a socket in Linux's abstract
 * namespace: services that see no common folder share it, and it cannot be left behind. Null on other systems.
 */
export async function lockName(name: string): Promise<Locking> {
  if (process.platform !== "linux") return null;
  const path = `\0millrace-${createHash("sha256").update(name).digest("hex").slice(0, 32)}`;
  const server = createServer((socket) => socket.on("error", () => {}).end(String(process.pid)));
  server.unref().listen({ path });
  try {
    await once(server, "listening");
  } catch (error) {
    // Without such sockets there is no lock.
    return (error as NodeJS.ErrnoException).code === "EADDRINUSE" ? { heldBy: await ownerAt(path) } : null;
  }
  return { lock: { release: () => new Promise((resolve) => void server.close(() => resolve())) } };
}

async function ownerAt(path: string): Promise<string> {
  const socket = createConnection({ path });
  let text = "";
  socket.setEncoding("utf8").on("data", (more: string) => {
    text += more.slice(0, 16);
  });
  await endsWithin(
    ANSWER_MS,
    once(socket, "close").catch(() => {}),
  );
  socket.destroy();
  return /^\d{1,10}$/.test(text) ? `process ${text}` : "another process";
}
