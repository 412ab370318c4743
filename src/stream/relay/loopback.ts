import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";

/** A server on loopback and the path it is found under. */
export interface Loopback {
  /** Of the server, without a path: `127.0.0.1:40000`. */
  host: string;
  /** First part of every path; requests without it are refused. */
  token: string;
  close(): void;
}

export async function listenOnLoopback(server: Server): Promise<Loopback> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    token: randomBytes(16).toString("hex"),
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
