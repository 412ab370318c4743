import type { EffectEvent, FilesDeleted } from "../../blocks/contract/services.ts";
import { type CallWitness, NO_WITNESS } from "./call-witness.ts";

/** Events of code blocks. `source` is "" where it does not matter. */
export type CodeEvent = CodeOutput | StateEvent | ProcessEvent | ExpansionEvent | EffectEvent | FilesDeleted;

export interface CodeOutput {
  type: "block_output";
  step: string;
  blockType: string;
  source: string;
  stream: "stdout" | "stderr";
  text: string;
}

/** Kept state was restored, could not be used and was set aside as `.old`, or could not be written. */
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

/** Events of steps that generate workflows. */
export type ExpansionEvent = {
  step: string;
} /** New shapes keep coming, so that what was compiled is hardly used again. */ & (
  | { type: "expansion_churn"; shapes: number; calls: number; varying: string }
  /** Compiled workflows with state made room for others. */
  | { type: "expansion_state_evicted"; count: number }
);

/** What all code blocks of a workflow share: they live on one thread. */
export interface CodeRuntime {
  /** Directory for state that outlives the thread, null where nothing is kept. */
  readonly stateDirectory: string | null;
  /** Records calls of code on this thread. */
  readonly witness: CallWitness;
  report(event: CodeEvent): void;
  /** The instance under the key when it runs the code of that hash; another one is discarded and made again. */
  instance<T extends CodeInstance>(key: string, hash: string, open: () => T): T;
  /** Ends one instance; nothing of it is kept. */
  forget(key: string): void;
  /** Ends the instances of all steps inside a step, whose path theirs begin with; nothing of them is kept. */
  release(path: string): Promise<void>;
  /** Writes the state of all that belongs to a source that is gone. */
  leaveState(source: string): Promise<void>;
  /** Begins a change of the code: instances opened meanwhile exist in addition to the running ones. */
  stage(): StagedCode;
  /** Writes kept state and ends the processes of instances. The runtime may not be used afterwards. */
  close(): Promise<void>;
}

/** Code that will replace other code. */
export interface StagedCode {
  /** Where its blocks are opened; all of them again, but for the variables that steps of a block share. */
  runtime: CodeRuntime;
  /** Resolves when all of it can be called; throws what its loading fails of. */
  ready(): Promise<void>;
  /**
   * Replaces instances of the same key and ends those that are not kept, whose state is written before
   * it is read; no call may be in flight there.
   */
  commit(keeps: (owner: InstanceOwner) => boolean): Promise<void>;
  /** Discards it; the old code keeps running. */
  abort(): void;
}

/** Whose variables an instance holds: those of one step, by its path, or of all steps of a block, by its type. */
export interface InstanceOwner {
  scope: "step" | "block";
  name: string;
}

/** Code with its variables. */
export interface CodeInstance {
  close(): Promise<void>;
  /** Another code takes its place: nothing of it is kept. */
  discard(): void;
  /** Resolves when it can be called; throws when its code cannot be loaded. Absent if it is ready at once. */
  ready?(): Promise<void>;
  /** Takes over the state on disk: reads it now, and writes it from now on. */
  takeState(): void;
  /** Writes that state for the last time, or that of one namespace alone. */
  leaveState(namespace?: string): Promise<void>;
}

/** Where a code block is opened. */
export interface CodeHost {
  /** Name of the step. */
  step: string;
  runtime: CodeRuntime;
}

export interface CodeRuntimeSettings {
  stateDirectory: string | null;
  witness?: CallWitness;
  report: (event: CodeEvent) => void;
}

export function openCodeRuntime({ stateDirectory, witness = NO_WITNESS, report }: CodeRuntimeSettings): CodeRuntime {
  const instances: Instances = new Map();
  const runtime: CodeRuntime = {
    stateDirectory,
    witness,
    report,
    instance<T extends CodeInstance>(key: string, hash: string, open: () => T): T {
      const openAtWork = () => {
        const opened = open();
        opened.takeState();
        return opened;
      };
      return findOrOpen(instances, { key, hash, open: openAtWork });
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
    async leaveState(source) {
      await Promise.all([...instances.values()].map(({ opened }) => opened.leaveState(source)));
    },
    stage: () => stageCode(runtime, instances),
    async close() {
      const open = [...instances.values()];
      instances.clear();
      await Promise.all(open.map(({ opened }) => opened.close()));
    },
  };
  return runtime;
}

type Instances = Map<string, { hash: string; opened: CodeInstance }>;

interface Wanted<T> {
  key: string;
  hash: string;
  open: () => T;
}

function findOrOpen<T extends CodeInstance>(instances: Instances, { key, hash, open }: Wanted<T>): T {
  const found = instances.get(key);
  // A key names one kind of instance, so the type is that of the caller.
  if (found?.hash === hash) return found.opened as T;
  found?.opened.discard();
  instances.delete(key);
  const opened = open();
  instances.set(key, { hash, opened });
  return opened;
}

function stageCode(runtime: CodeRuntime, running: Instances): StagedCode {
  const staged: Instances = new Map();
  let isOver = false;
  return {
    runtime: {
      ...runtime,
      instance<T extends CodeInstance>(key: string, hash: string, open: () => T): T {
        if (isOver) return runtime.instance(key, hash, open);
        const shared = ownerOf(key).scope === "block" ? running.get(key) : undefined;
        if (shared?.hash === hash) return shared.opened as T;
        return findOrOpen(staged, { key, hash, open });
      },
    },
    async ready() {
      await Promise.all([...staged.values()].map(({ opened }) => opened.ready?.()));
    },
    async commit(keeps) {
      const owners = new Set([...staged.keys()].map((key) => JSON.stringify(ownerOf(key))));
      const ending = [...running].filter(([key]) => {
        const owner = ownerOf(key);
        return owners.has(JSON.stringify(owner)) || !keeps(owner);
      });
      await Promise.all(ending.map(([, { opened }]) => opened.leaveState()));
      isOver = true;
      for (const [key, { opened }] of ending) {
        running.delete(key);
        opened.discard();
      }
      for (const [key, instance] of staged) {
        running.set(key, instance);
        takeStateOf(instance.opened);
      }
    },
    abort() {
      isOver = true;
      for (const { opened } of staged.values()) opened.discard();
    },
  };
}

/** One that fails has reported it, and keeps its present variables. */
function takeStateOf(opened: CodeInstance): void {
  try {
    opened.takeState();
  } catch {
    opened.discard();
  }
}

/** Keys are those of `instanceKey`, with "process" before them for code in a process. */
function ownerOf(key: string): InstanceOwner {
  const parts = JSON.parse(key) as string[];
  const [scope, name = ""] = parts[0] === "process" ? parts.slice(1) : parts;
  return { scope: scope === "block" ? "block" : "step", name };
}
