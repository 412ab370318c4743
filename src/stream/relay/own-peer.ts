import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";

/**
 * Whether the other end of a connection on loopback belongs to our own user: the address of a relay is in the list of
 * processes, where every user of the machine can read it. True where the kernel does not tell.
 */
export async function isOwnPeer({ localPort, remotePort }: Pick<Socket, "localPort" | "remotePort">): Promise<boolean> {
  const table = await readFile("/proc/net/tcp", "utf8").catch(() => null);
  if (table === null || process.getuid === undefined) return true;
  const [near, far] = [remotePort, localPort].map((port = 0) => port.toString(16).toUpperCase().padStart(4, "0"));
  const row = new RegExp(`^ *\\d+: 0100007F:${near} 0100007F:${far} (?:\\S+ +){4}(\\d+)`, "m").exec(table);
  return row !== null && Number(row[1]) === process.getuid();
}
