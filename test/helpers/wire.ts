import { once } from "node:events";
import { createServer, connect as openSocket, type Socket } from "node:net";
import { freePort } from "./broker.ts";

/** A way to a port of this machine that can be cut, refused and opened again. */
export interface Wire {
  url: string;
  open(): Promise<void>;
  /** Breaks what is connected. */
  drop(): void;
  /** Breaks what is connected and refuses what comes. */
  close(): void;
}

export async function openWire(port: number): Promise<Wire> {
  const front = await freePort();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const behind = openSocket(port, "127.0.0.1");
    for (const side of [socket, behind]) {
      sockets.add(side);
      side.on("error", () => side.destroy());
      side.on("close", () => {
        sockets.delete(side);
        (side === socket ? behind : socket).destroy();
      });
    }
    socket.pipe(behind).pipe(socket);
  });
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  const open = async () => {
    server.listen(front, "127.0.0.1");
    await once(server, "listening");
  };
  await open();
  return {
    url: `mqtt://127.0.0.1:${front}`,
    open,
    drop,
    close() {
      drop();
      server.close();
    },
  };
}

/** Whether Nagle's algorithm is off; Node keeps that in a field of its own. */
export function sendsAtOnce(socket: Socket): boolean {
  const field = Object.getOwnPropertySymbols(socket).find(({ description }) => description === "kSetNoDelay");
  return field !== undefined && Reflect.get(socket, field) === true;
}
