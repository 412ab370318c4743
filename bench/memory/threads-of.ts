import { once } from "node:events";
import { WebSocket } from "undici";

interface Answer {
  id?: number;
  method?: string;
  params?: { sessionId: string; message: string };
  result?: unknown;
}

interface HeapUsage {
  usedSize: number;
  totalSize: number;
}

/** The threads of a Node process, over its inspector. */
export interface Threads {
  /** Has every thread collect its garbage. */
  collect(): Promise<void>;
  /** What is in use of each heap, in MB; the main thread is the first. */
  heapsInUse(): Promise<number[]>;
  close(): void;
}

const COLLECT = "HeapProfiler.collectGarbage";

export async function threadsOf(inspector: string): Promise<Threads> {
  const socket = new WebSocket(inspector);
  await once(socket, "open");
  const waiting = new Map<number, (result: unknown) => void>();
  const workers = new Set<string>();
  let lastId = 0;
  socket.addEventListener("message", ({ data }) => receive(JSON.parse(String(data)) as Answer));

  function receive({ id, method, params, result }: Answer): void {
    if (id !== undefined) waiting.get(id)?.(result);
    if (method === "NodeWorker.attachedToWorker" && params !== undefined) workers.add(params.sessionId);
    if (method === "NodeWorker.detachedFromWorker" && params !== undefined) workers.delete(params.sessionId);
    if (method === "NodeWorker.receivedMessageFromWorker" && params !== undefined) receive(JSON.parse(params.message));
  }

  function answered(id: number): Promise<unknown> {
    return new Promise((resolve) => waiting.set(id, resolve)).finally(() => waiting.delete(id));
  }

  function call(method: string, params: object = {}): Promise<unknown> {
    const id = ++lastId;
    socket.send(JSON.stringify({ id, method, params }));
    return answered(id);
  }

  async function callIn(sessionId: string, method: string): Promise<unknown> {
    const id = ++lastId;
    const done = answered(id);
    await call("NodeWorker.sendMessageToWorker", { sessionId, message: JSON.stringify({ id, method }) });
    return done;
  }

  function everywhere(method: string): Promise<unknown[]> {
    return Promise.all([call(method), ...[...workers].map((worker) => callIn(worker, method))]);
  }

  await call("NodeWorker.enable", { waitForDebuggerOnStart: false });
  return {
    async collect() {
      // The second one takes what the first one only let go.
      for (let round = 0; round < 2; round++) await everywhere(COLLECT);
    },
    async heapsInUse() {
      const usages = (await everywhere("Runtime.getHeapUsage")) as HeapUsage[];
      return usages.map(({ usedSize }) => usedSize / 1e6);
    },
    close: () => socket.close(),
  };
}
