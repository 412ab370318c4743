import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { Thread } from "../../engine/thread.ts";
import { type CallTally, openTally } from "./call-tally.ts";
import type { SessionTask } from "./session-worker.ts";

// Lines from the threads of workflows to those of sessions, which leave the main thread out. It hands them out and counts.

/** The end of a line that a workflow's thread gets. */
export interface SessionLine {
  model: string;
  port: MessagePort;
  /** Items that the session holds, of all lines to it: one Int32. */
  held: SharedArrayBuffer;
}

/** Takes a line; the first of each session, and another after a session's thread was replaced. */
export type TakeLine = (line: SessionLine) => void;

export interface SessionLines {
  /** Gives lines to all sessions, also to those that open later or take the place of one that died, until it is ended. */
  connect(take: TakeLine): () => void;
  /** A session that opened later: everything that is connected gets a line to it. */
  add(thread: Thread): void;
  /** The thread was replaced: its lines are gone. */
  died(thread: Thread): void;
  tallies(): readonly CallTally[];
  /** Items that sessions hold, of lines alone. */
  held(): number;
}

interface Session {
  thread: Thread;
  tally: CallTally;
  held: SharedArrayBuffer;
  /** A thread takes one line at a time, however many want one. */
  turn: Promise<void>;
}

export function openSessionLines(model: string, threads: readonly Thread[]): SessionLines {
  const takers = new Set<TakeLine>();
  const sessions = threads.map(sessionOf);

  function give(session: Session, take: TakeLine): void {
    session.turn = session.turn.then(() => connectOne(session, take));
  }

  async function connectOne({ thread, tally, held }: Session, take: TakeLine): Promise<void> {
    if (!takers.has(take)) return;
    const { port1, port2 } = new MessageChannel();
    const task = { type: "line", model, port: port1, held, tally: tally.memory } satisfies SessionTask;
    try {
      await thread.run(task, { transfer: [port1] });
    } catch {
      // Whoever has no line asks through the main thread, which hears what is wrong.
      port2.close();
      return;
    }
    if (takers.has(take)) take({ model, port: port2, held });
    else port2.close();
  }

  return {
    connect(take) {
      takers.add(take);
      for (const session of sessions) give(session, take);
      return () => void takers.delete(take);
    },
    add(thread) {
      const session = sessionOf(thread);
      sessions.push(session);
      for (const take of takers) give(session, take);
    },
    died(thread) {
      for (const session of sessions.filter((one) => one.thread === thread)) {
        session.held = newCount();
        for (const take of takers) give(session, take);
      }
    },
    tallies: () => sessions.map(({ tally }) => tally),
    held: () => sessions.reduce((sum, { held }) => sum + (new Int32Array(held)[0] ?? 0), 0),
  };
}

function sessionOf(thread: Thread): Session {
  return { thread, tally: openTally(), held: newCount(), turn: Promise.resolve() };
}

function newCount(): SharedArrayBuffer {
  return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
}
