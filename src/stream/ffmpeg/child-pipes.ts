import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmdirSync } from "node:fs";
import { connect, createServer, type OnReadOpts, Socket, type SocketConstructorOpts } from "node:net";
import { join } from "node:path";
import { BugError } from "../../base/errors.ts";
import { inTemporaryFolder } from "../../base/temporary-folder.ts";
import { closeAll, type Fifo, openFifos } from "./fifo.ts";

/** Takes what is read: memory for the next bytes, and how many came. False pauses the reading. */
export interface ReadInto {
  buffer(): Uint8Array;
  callback(count: number): boolean;
}

/** One way from a child process to here. */
export interface ChildPipe {
  /** For the child's `stdio`. */
  childEnd: number | Socket;
  /** Begins to read into the memory that is named; the socket is the caller's. */
  read(into: ReadInto): Socket;
  /** The child has its end, or never gets it. */
  giveUpChildEnd(): void;
  /** Instead of `read`. */
  close(): void;
}

/** Stream sockets, which take a picture in a quarter of the reads that a FIFO does; FIFOs where sockets cannot be had. */
export async function openChildPipes(count: number): Promise<ChildPipe[]> {
  const folder = inTemporaryFolder((parent) => mkdtempSync(join(parent, "millrace-")));
  try {
    return await openSocketPipes(join(folder, "s"), count);
  } catch {
    return (await openFifos(count)).map(fifoPipe);
  } finally {
    // Reading the folder would take a descriptor. The socket in it went with its server.
    rmdirSync(folder);
  }
}

/** Longest wait for a connection of this process to itself. */
const CONNECT_MS = 2000;
/** Systems take paths of sockets of 103 bytes at least; longer ones may be cut off without a word. */
const LONGEST_PATH = 100;

/** Those that `spawn` makes by itself cannot be read straight into given memory, so these are connected here and handed on. */
async function openSocketPipes(path: string, count: number): Promise<ChildPipe[]> {
  if (Buffer.byteLength(path) > LONGEST_PATH) throw new BugError(`"${path}" is too long for a socket`);
  const opened: ChildPipe[] = [];
  const pipes: Pick<ChildPipe, "close">[] = [];
  const server = createServer({ pauseOnConnect: true });
  try {
    server.listen(path);
    await once(server, "listening");
    for (let i = 0; i < count; i++) {
      const { failed, ...pipe } = socketPipe(path);
      pipes.push(pipe);
      // Without a free descriptor it may also wait here.
      const signal = AbortSignal.timeout(CONNECT_MS);
      const [childEnd] = (await Promise.race([once(server, "connection", { signal }), failed])) as [Socket];
      opened.push({ ...pipe, childEnd, giveUpChildEnd: () => void childEnd.destroy() });
    }
    await makeBlocking(opened.map(({ childEnd }) => childEnd));
    return opened;
  } catch (error) {
    for (const { giveUpChildEnd } of opened) giveUpChildEnd();
    for (const { close } of pipes) close();
    throw error;
  } finally {
    server.close();
  }
}

/** As much as a header takes; the reader says where to read only when it is there. */
const FIRST_BYTES = 256;

function socketPipe(path: string): Pick<ChildPipe, "read" | "close"> & { failed: Promise<never> } {
  const first = new Uint8Array(FIRST_BYTES);
  let into: ReadInto | null = null;
  let isFirst = true;
  const callback = (count: number) => {
    if (isFirst) into?.buffer().set(first.subarray(0, count));
    isFirst = false;
    return into?.callback(count) ?? false;
  };
  const socket = connect({ path, onread: { buffer: () => into?.buffer() ?? first, callback } });
  socket.pause();
  // Without a free descriptor a connection is refused, or closed as soon as it is there.
  const failed = once(socket, "close").then(() => {
    throw new BugError(`the socket "${path}" cannot be had`);
  });
  failed.catch(() => {});
  return {
    failed,
    read(given) {
      into = given;
      socket.resume();
      return socket;
    },
    close: () => void socket.destroy(),
  };
}

/** Descriptors that a child takes at once: its standard input, output and error. */
const STANDARD = 3;

/**
 * Our own ends never block, and ffmpeg sleeps a millisecond where a write would have. A process whose standard streams
 * they are gets them blocking, and so has every other process that they are handed to.
 */
async function makeBlocking(ends: readonly ChildPipe["childEnd"][]): Promise<void> {
  for (let at = 0; at < ends.length; at += STANDARD) {
    const streams = Array.from({ length: STANDARD }, (_, i) => ends[at + i] ?? ("ignore" as const));
    await once(spawn("true", [], { stdio: streams }), "exit");
  }
}

function fifoPipe({ readFd, writeFd }: Fifo): ChildPipe {
  return {
    childEnd: writeFd,
    giveUpChildEnd: () => closeAll([writeFd]),
    close: () => closeAll([readFd]),
    read({ buffer, callback }) {
      const options: SocketConstructorOpts & { onread: OnReadOpts } = {
        ...{ fd: readFd, readable: true, writable: false },
        onread: { buffer, callback },
      };
      const socket = new Socket(options);
      socket.resume();
      return socket;
    },
  };
}
