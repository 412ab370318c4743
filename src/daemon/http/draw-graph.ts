import { byDeadline } from "../../base/deadline.ts";
import { MillraceError } from "../../base/errors.ts";
import { keepRecent } from "../../base/keep-recent.ts";
import { Serial } from "../../base/serial.ts";
import { openThread } from "../../engine/thread.ts";
import { workerEntry } from "../../engine/worker-entry.ts";

/** Pictures that are kept, as several people may look at the same few workflows. */
const KEPT = 16;
/** A graph of some hundred steps is there in a second or two. */
const LIMIT_MS = 30_000;

const drawn = new Map<string, Promise<string>>();
const turns = new Serial();

/** A graph in the DOT language as an SVG picture, laid out by Graphviz on a thread that ends with it. */
export function drawGraph(dot: string): Promise<string> {
  const drawing = drawn.get(dot) ?? turns.run(() => draw(dot));
  drawing.catch(() => drawn.delete(dot));
  return keepRecent(drawn, dot, drawing, KEPT);
}

async function draw(dot: string): Promise<string> {
  const thread = openThread({
    ...workerEntry("daemon/http/graph-worker"),
    workerData: null,
    concurrency: 1,
    maxQueue: 1,
  });
  const late = (cause: unknown) =>
    new MillraceError("GRAPH_TIMEOUT", `no layout within ${LIMIT_MS / 1000} s`, {}, { cause });
  try {
    return await byDeadline({ limitMs: LIMIT_MS, late }, (deadline) => thread.run<string>(dot, { deadline }));
  } finally {
    await thread.close(0);
  }
}
