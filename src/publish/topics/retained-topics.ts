import { createHash } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";

/** The topics that hold a message of ours at the broker, over restarts where there is a file for them. */
export interface RetainedTopics {
  readonly all: readonly string[];
  add(topic: string): void;
  /** It holds nothing any more. */
  remove(topic: string): void;
  close(): void;
}

const SAVE_AFTER_MS = 200;

/**
 * Begins with what the file says, if there is one. On another machine only topics below `root` count: a copied disk
 * must not clear what the machine it comes from has published.
 */
export function openRetainedTopics(file: string | undefined, root: string, machine = machineId()): RetainedTopics {
  const before = file === undefined ? NOTHING : read(file);
  const isOurs = (topic: string) => before.machine === machine || topic.startsWith(`${root}/`);
  const topics = new Set(before.topics.filter(isOurs));
  let timer: NodeJS.Timeout | undefined;
  let isDirty = false;

  function save(): void {
    clearTimeout(timer);
    timer = undefined;
    if (!isDirty || file === undefined) return;
    try {
      writeFileSync(`${file}.new`, JSON.stringify({ machine, topics: [...topics] }, null, 1), { mode: 0o600 });
      renameSync(`${file}.new`, file);
      isDirty = false;
    } catch {
      // The spool reports a folder that cannot be written; the next change retries.
    }
  }

  function changed(): void {
    isDirty = true;
    timer ??= setTimeout(save, SAVE_AFTER_MS).unref();
  }

  return {
    get all() {
      return [...topics];
    },
    add(topic) {
      if (topics.has(topic)) return;
      topics.add(topic);
      changed();
    },
    remove: (topic) => void (topics.delete(topic) && changed()),
    close: save,
  };
}

const Stored = z.object({ machine: z.string(), topics: z.array(z.string()) });
const NOTHING: z.output<typeof Stored> = { machine: "", topics: [] };

function read(file: string): z.output<typeof Stored> {
  try {
    return Stored.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return NOTHING;
  }
}

/** The id itself is not to be handed around. */
function machineId(): string {
  const id = attempt(() => readFileSync("/etc/machine-id", "utf8").trim()) || hostname();
  return createHash("sha256").update(`millrace ${id}`).digest("hex").slice(0, 16);
}

function attempt(action: () => string): string {
  try {
    return action();
  } catch {
    return "";
  }
}
