import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describeMachine } from "../../test/helpers/machine.ts";
import { processesOf, type Running } from "./processes.ts";
import { CAMERAS, type Stage } from "./stage.ts";

/** Something that goes wrong, and what ends it. */
export interface SoakFault {
  name: string;
  /** Faults of one kind do not overlap, nor do those of kinds that together may lose what was promised. */
  kind: "camera" | "broker" | "state" | "config" | "code" | "machine";
  begin(stage: Stage, random: () => number): Promise<() => Promise<void>>;
}

const NOTHING_TO_MEND = async () => {};

export const SOAK_FAULTS: readonly SoakFault[] = [
  {
    name: "camera gone",
    kind: "camera",
    async begin({ cameras }, random) {
      const camera = cameras.get(pick(CAMERAS, random));
      await camera?.stop();
      return async () => camera?.restart();
    },
  },
  {
    name: "camera silent",
    kind: "camera",
    async begin({ cameras }, random) {
      const camera = cameras.get(pick(CAMERAS, random));
      camera?.freeze();
      return async () => camera?.freeze(false);
    },
  },
  {
    name: "decoder killed",
    kind: "camera",
    async begin(stage, random) {
      signal(pick(decodersOf(stage), random), "SIGKILL");
      return NOTHING_TO_MEND;
    },
  },
  {
    name: "decoder stopped",
    kind: "camera",
    async begin(stage, random) {
      const decoder = pick(decodersOf(stage), random);
      signal(decoder, "SIGSTOP");
      return async () => signal(decoder, "SIGCONT");
    },
  },
  {
    name: "broker gone",
    kind: "broker",
    async begin({ gate }) {
      await gate.cut();
      return () => gate.mend();
    },
  },
  {
    name: "disk full",
    kind: "state",
    async begin({ disk }) {
      if (disk === undefined) return NOTHING_TO_MEND;
      const file = join(disk.path, "filler");
      fill(file);
      return async () => rmSync(file, { force: true });
    },
  },
  {
    name: "daemon killed",
    kind: "state",
    async begin(stage) {
      const pid = stage.daemonPid();
      if (pid !== null) process.kill(pid, "SIGKILL");
      return NOTHING_TO_MEND;
    },
  },
  {
    name: "config changed",
    kind: "config",
    async begin(stage, random) {
      const change = pick(CHANGES, random);
      stage.setConfig(change);
      return async () => stage.setConfig(same);
    },
  },
  {
    name: "config wrong",
    kind: "config",
    async begin(stage, random) {
      stage.writeConfig(
        pick(["{ this is no config", "{}", '{"cameras": {"one": {"url": 7}}, "pipelines": {}}'], random),
      );
      return async () => stage.setConfig(same);
    },
  },
  {
    name: "code throws",
    kind: "code",
    begin: (stage) => become(stage, "function run() { throw new Error('soaked'); }"),
  },
  {
    name: "code loops",
    kind: "code",
    begin: (stage) => become(stage, "let n = 0;\nfunction run() { n++; while (n > 3) {} return { frames: n }; }"),
  },
  {
    name: "code ends its thread",
    kind: "code",
    begin: (stage) =>
      become(stage, "let n = 0;\nfunction run() { if (++n > 3) process.exit(3); return { frames: n }; }"),
  },
  {
    name: "machine hot",
    kind: "machine",
    async begin({ machine }) {
      await describeMachine(machine, { celsius: 97 });
      return () => describeMachine(machine);
    },
  },
  {
    name: "memory short",
    kind: "machine",
    async begin({ machine }) {
      await describeMachine(machine, { availableMb: 90 });
      return () => describeMachine(machine);
    },
  },
];

export type Changed = (config: SoakConfig) => object;

/** What changes touch of the config. */
export interface SoakConfig {
  cameras: Record<string, object>;
  pipelines: { work: { cameras: string[] } };
}

const same: Changed = (config) => config;

const CHANGES: readonly Changed[] = [
  (config) => ({ ...config, stats_interval_s: 2 }),
  (config) => ({ ...config, cameras: { ...config.cameras, two: { ...config.cameras["two"], max_fps: 2 } } }),
  ({ pipelines: { work }, ...config }) => {
    return { ...config, pipelines: { work: { ...work, cameras: work.cameras.filter((id) => id !== "three") } } };
  },
  ({ pipelines: { work }, ...config }) => ({ ...config, pipelines: { work: { ...work, batch_size: 4 } } }),
  (config) => ({ ...config, frame_memory_mb: 300 }),
];

async function become(stage: Stage, code: string): Promise<() => Promise<void>> {
  stage.setCode(code);
  return async () => stage.setCode(null);
}

function decodersOf({ mark }: Stage): Running[] {
  return processesOf(mark).filter(({ command }) => /ffmpeg/.test(command) && !/start --/.test(command));
}

function signal(running: Running | undefined, name: NodeJS.Signals): void {
  try {
    if (running !== undefined) process.kill(running.pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

function fill(file: string): void {
  const block = Buffer.alloc(2 ** 20);
  const fd = openSync(file, "w");
  try {
    for (let size = block.length; size > 0; ) {
      try {
        writeSync(fd, block, 0, size);
      } catch {
        size >>= 1;
      }
    }
  } finally {
    closeSync(fd);
  }
}

export function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T;
}
