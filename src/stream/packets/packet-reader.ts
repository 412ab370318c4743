import { once } from "node:events";
import { type OnReadOpts, Socket, type SocketConstructorOpts } from "node:net";
import type { PacketRun } from "./packet-ring.ts";

/** Reads packets from a pipe for as long as they come. */
export interface PacketReader {
  close(): Promise<void>;
}

const READ_BYTES = 65_536;

/** Takes over the descriptor `fd` of a pipe. What goes wrong here costs the packets and nothing else. */
export function openPacketReader(fd: number, run: PacketRun): PacketReader {
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  const take = (count: number) => {
    run.feed(buffer.subarray(0, count));
    return true;
  };
  const options: SocketConstructorOpts & { onread: OnReadOpts } = {
    ...{ fd, readable: true, writable: false },
    onread: { buffer, callback: take },
  };
  const socket = new Socket(options);
  socket.on("error", () => {});
  socket.resume();
  return {
    async close() {
      if (socket.closed) return;
      const closed = once(socket, "close");
      socket.destroy();
      await closed;
    },
  };
}
