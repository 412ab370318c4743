import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A shell in a folder of its own that carries out the commands of a page. */
export interface Walk {
  run(command: string): Promise<{ code: number | null; output: string }>;
  /** Adds what the page says to the config, and a service of the test in place of the one on the internet. */
  editConfig(server: string): Promise<void>;
  start(command: string): void;
  close(): Promise<void>;
}

const PARAMETERS = "    parameters:\n      topic: gate-7c1f09\n";

export async function openWalk(folder: string, env: NodeJS.ProcessEnv): Promise<Walk> {
  await mkdir(folder, { recursive: true });
  /** Commands that set something for those after them. */
  let setting = "";
  let started: ChildProcess | null = null;
  const shell = (command: string) =>
    spawn("bash", ["-c", `${setting}${command}`], {
      cwd: folder,
      env: { ...env, HOME: folder },
      stdio: ["ignore", "pipe", "pipe"],
    });
  return {
    async run(command) {
      if (command.startsWith("set -a")) setting += `${command}\n`;
      const child = shell(command);
      let output = "";
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (text: string) => {
          output += text;
        });
      const [code] = (await once(child, "close")) as [number | null];
      return { code, output };
    },
    async editConfig(server) {
      const path = join(folder, "millrace.yaml");
      const text = await readFile(path, "utf8");
      const own = `      server: ${server}\n      what: [circle, square, triangle]\n`;
      await writeFile(
        path,
        text
          .replace("    cameras: [gate]\n", `    cameras: [gate]\n${PARAMETERS}${own}`)
          .replace("port: 8480", "port: 0"),
      );
    },
    start(command) {
      started = shell(`exec ${command}`);
    },
    async close() {
      if (started === null || started.exitCode !== null) return;
      const ended = once(started, "close");
      started.kill("SIGTERM");
      await ended;
    },
  };
}
