import { Socket } from "node:net";

// Root of the thread that hands pictures to encoders: it alone waits for their pipes.

export type PipeTask =
  | { type: "write"; pipe: number; fd: number; memory: SharedArrayBuffer; offset: number; bytes: number }
  | { type: "close"; pipe: number; fd: number };

/** By number of the pipe: descriptors are used again. */
const sockets = new Map<number, Socket>();

/** Null when all bytes are written; else why they are not. Errors are values, as they do not survive the way between threads. */
export default async function runPipeTask(task: PipeTask): Promise<string | null> {
  if (task.type === "close") {
    const socket = sockets.get(task.pipe) ?? openSocket(task);
    sockets.delete(task.pipe);
    socket.destroy();
    return null;
  }
  const socket = sockets.get(task.pipe) ?? openSocket(task);
  if (socket.destroyed) return "the encoder reads no more";
  const pixels = Buffer.from(task.memory, task.offset, task.bytes);
  return new Promise((resolve) => {
    socket.write(pixels, (error) => resolve(error?.message ?? null));
  });
}

function openSocket({ pipe, fd }: PipeTask): Socket {
  const socket = new Socket({ fd, readable: false, writable: true });
  socket.on("error", () => {});
  sockets.set(pipe, socket);
  return socket;
}
