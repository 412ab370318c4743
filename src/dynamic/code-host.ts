/** What code blocks tell besides their results. `source` is "" where it does not matter. */
export type CodeEvent = CodeOutput | StateEvent | ProcessEvent | ExpansionEvent;

export interface CodeOutput {
  type: "block_output";
  step: string;
  blockType: string;
  source: string;
  stream: "stdout" | "stderr";
  text: string;
}

/** Kept state was found again, could not be used and lies beside as `.old`, or could not be written. */
export interface StateEvent {
  type: "block_state_restored" | "block_state_set_aside" | "block_state_not_kept";
  step: string;
  blockType: string;
  file: string;
  message: string;
}

/** A call takes long, code fails as soon as it is loaded, or the process of a block has ended and with it its variables. */
export type ProcessEvent = { step: string; blockType: string; source: string } & (
  | { type: "block_slow"; afterMs: number }
  | { type: "block_not_loaded"; message: string; report: string }
  /** Suspended is one that ended too often to be started again at once. */
  | { type: "block_process_ended"; message: string; isSuspended: boolean }
);

/** What steps tell that make workflows while they run. */
export type ExpansionEvent = {
  step: string;
} /** New shapes keep coming, so that what was compiled is hardly used again. */ & (
  | { type: "expansion_churn"; shapes: number; calls: number; varying: string }
  /** Compiled workflows with state made room for others. */
  | { type: "expansion_state_evicted"; count: number }
);

/** What all code blocks of a workflow share: they live on one thread. */
export interface CodeLane {
  /** Directory for state that outlives the thread, null where nothing is kept. */
  readonly stateDirectory: string | null;
  report(event: CodeEvent): void;
  /** The instance under the key when it runs the code of that hash; another one is discarded and made anew. */
  instance<T extends CodeInstance>(key: string, hash: string, open: () => T): T;
  /** Ends one instance; nothing of it is kept. */
  forget(key: string): void;
  /** Ends the instances of all steps inside a step, whose path theirs begin with; nothing of them is kept. */
  release(path: string): Promise<void>;
  /** Writes what is to be kept and ends what instances have started. The lane may not be used afterwards. */
  close(): Promise<void>;
}

/** Code with its variables. */
export interface CodeInstance {
  close(): Promise<void>;
  /** Another code takes its place: nothing of it is kept. */
  discard(): void;
}

/** Where a code block is opened. */
export interface CodeHost {
  /** Name of the step. */
  step: string;
  lane: CodeLane;
}

export interface CodeLaneSettings {
  stateDirectory: string | null;
  report: (event: CodeEvent) => void;
}

export function openCodeLane({ stateDirectory, report }: CodeLaneSettings): CodeLane {
  const instances = new Map<string, { hash: string; opened: CodeInstance }>();
  return {
    stateDirectory,
    report,
    instance<T extends CodeInstance>(key: string, hash: string, open: () => T): T {
      const found = instances.get(key);
      // A key names one kind of instance: who asks for it has put it there.
      if (found?.hash === hash) return found.opened as T;
      found?.opened.discard();
      instances.delete(key);
      const opened = open();
      instances.set(key, { hash, opened });
      return opened;
    },
    forget(key) {
      instances.get(key)?.opened.discard();
      instances.delete(key);
    },
    async release(path) {
      for (const [key, { opened }] of instances) {
        const owner = JSON.parse(key) as string[];
        if (!owner.some((part) => part === path || part.startsWith(`${path}/`))) continue;
        instances.delete(key);
        opened.discard();
      }
    },
    async close() {
      const open = [...instances.values()];
      instances.clear();
      await Promise.all(open.map(({ opened }) => opened.close()));
    },
  };
}
