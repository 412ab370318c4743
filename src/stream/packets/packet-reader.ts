import { once } from "node:events";
import type { ChildPipe } from "../ffmpeg/child-pipes.ts";
import type { PacketFeed } from "./packet-feed.ts";

/** Reads packets from a pipe for as long as they come. */
export interface PacketReader {
  close(): Promise<void>;
}

const READ_BYTES = 65_536;

/** Takes over a pipe. What goes wrong here costs the packets and nothing else. */
export function openPacketReader(pipe: Pick<ChildPipe, "read">, packets: Pick<PacketFeed, "feed">): PacketReader {
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  const take = (count: number) => {
    packets.feed(buffer.subarray(0, count));
    return true;
  };
  const socket = pipe.read({ buffer: () => buffer, callback: take });
  socket.on("error", () => {});
  return {
    async close() {
      if (socket.closed) return;
      const closed = once(socket, "close");
      socket.destroy();
      await closed;
    },
  };
}
