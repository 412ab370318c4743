import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** The way to a broker, which can be cut: what goes over it is lost, and nothing is behind it until it is mended. */
export interface Gate {
  readonly port: number;
  cut(): Promise<void>;
  mend(): Promise<void>;
}

export async function openGate(target: number): Promise<Gate> {
  const sockets = new Set<Socket>();
  let server: Server | null = null;
  let port = 0;

  async function mend(): Promise<void> {
    server = createServer((near) => {
      const far = connect(target, "127.0.0.1");
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(socket);
        socket.on("error", () => {});
        socket.once("close", () => {
          sockets.delete(socket);
          other.destroy();
        });
      }
      near.pipe(far).pipe(near);
    }).listen(port, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  }

  async function cut(): Promise<void> {
    const closed = new Promise<void>((resolve) => void (server === null ? resolve() : server.close(() => resolve())));
    for (const socket of sockets) socket.destroy();
    await closed;
    server = null;
  }

  await mend();
  return {
    get port() {
      return port;
    },
    cut,
    mend: async () => {
      if (server === null) await mend();
    },
  };
}
