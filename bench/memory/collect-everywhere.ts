import { once } from "node:events";
import { WebSocket } from "undici";

interface Answer {
  id?: number;
  method?: string;
  params?: { sessionId: string; message: string };
}

const COLLECT = "HeapProfiler.collectGarbage";

/** Has every thread of a Node process collect its garbage, over its inspector. */
export async function collectEverywhere(inspector: string): Promise<void> {
  const socket = new WebSocket(inspector);
  await once(socket, "open");
  const waiting = new Map<number, () => void>();
  const threads = new Set<string>();
  let lastId = 0;
  socket.addEventListener("message", ({ data }) => receive(JSON.parse(String(data)) as Answer));

  function receive({ id, method, params }: Answer): void {
    if (id !== undefined) waiting.get(id)?.();
    if (method === "NodeWorker.attachedToWorker" && params !== undefined) threads.add(params.sessionId);
    if (method === "NodeWorker.receivedMessageFromWorker" && params !== undefined) receive(JSON.parse(params.message));
  }

  function answered(id: number): Promise<void> {
    return new Promise((resolve) => waiting.set(id, resolve));
  }

  function call(method: string, params: object = {}): Promise<void> {
    const id = ++lastId;
    socket.send(JSON.stringify({ id, method, params }));
    return answered(id);
  }

  async function callIn(sessionId: string, method: string): Promise<void> {
    const id = ++lastId;
    const done = answered(id);
    await call("NodeWorker.sendMessageToWorker", { sessionId, message: JSON.stringify({ id, method }) });
    await done;
  }

  await call("NodeWorker.enable", { waitForDebuggerOnStart: false });
  // The second one takes what the first one only let go.
  for (let round = 0; round < 2; round++) {
    await call(COLLECT);
    await Promise.all([...threads].map((thread) => callIn(thread, COLLECT)));
  }
  socket.close();
}
