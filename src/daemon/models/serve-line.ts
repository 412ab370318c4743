import type { MessagePort } from "node:worker_threads";
import { messageOf } from "../../base/errors.ts";
import type { ModelItem, ModelReply } from "../../inference/request.ts";
import type { CallTally } from "./call-tally.ts";

export interface LineRequest {
  id: number;
  item: ModelItem;
}

export type LineAnswer = { id: number; reply: object; inferMs: number } | { id: number; error: string };

interface Served {
  port: MessagePort;
  held: SharedArrayBuffer;
  tally: CallTally;
  run: (items: ModelItem[]) => Promise<ModelReply>;
}

/** The session's end of a line: one item in a run, in the order in which they come. */
export function serveLine({ port, held, tally, run }: Served): void {
  const count = new Int32Array(held);
  const answer = async ({ id, item }: LineRequest): Promise<LineAnswer> => {
    try {
      const { replies, timings } = await run([item]);
      tally.called(1, timings.preMs + timings.inferMs + timings.postMs);
      return { id, reply: replies[0] as object, inferMs: timings.inferMs };
    } catch (error) {
      return { id, error: messageOf(error) };
    } finally {
      Atomics.sub(count, 0, 1);
    }
  };
  port.on("message", (request: LineRequest) => void answer(request).then((found) => port.postMessage(found)));
}
