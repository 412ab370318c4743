import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { openChildPipes } from "../../../src/stream/ffmpeg/child-pipes.ts";
import { useFolder } from "../clip.ts";

vi.setConfig({ testTimeout: 120_000 });

const folder = useFolder();
const BYTES = 3_000_000;

/** Has a child write into both pipes at once; gives what came and how the child ended. */
async function readAll() {
  const pipes = await openChildPipes(2);
  const script = `head -c ${BYTES} /dev/zero | tr '\\0' 'a' >&3 & head -c ${BYTES} /dev/zero | tr '\\0' 'b' >&4; wait $!`;
  const stdio = ["ignore" as const, "ignore" as const, "ignore" as const, ...pipes.map(({ childEnd }) => childEnd)];
  const child = spawn("sh", ["-c", script], { stdio });
  const exit = once(child, "exit");
  for (const pipe of pipes) pipe.giveUpChildEnd();
  const read = pipes.map(async (pipe) => {
    const memory = new Uint8Array(BYTES + 1);
    let count = 0;
    let isHeld = false;
    const socket = pipe.read({
      buffer: () => memory.subarray(count),
      callback(more) {
        count += more;
        // Held back now and then, so that the child has to wait.
        isHeld = !isHeld;
        if (isHeld) setImmediate(() => socket.resume());
        return !isHeld;
      },
    });
    await once(socket, "close");
    return memory.subarray(0, count);
  });
  const [codes, texts] = [await exit, await Promise.all(read)];
  return { code: codes[0], all: texts.map((bytes) => `${bytes.length} ${[...new Set(bytes)]}`), pipes };
}

describe("pipes from a child", () => {
  it("bring every byte, and the child waits where it is ahead", async () => {
    const { code, all, pipes } = await readAll();
    expect(pipes.map(({ childEnd }) => typeof childEnd)).toEqual(["object", "object"]);
    expect({ code, all }).toEqual({ code: 0, all: [`${BYTES} 97`, `${BYTES} 98`] });
  });

  it("are FIFOs where the path of a socket would be too long", async () => {
    const long = join(folder.path("x".repeat(60)), "y".repeat(60));
    mkdirSync(long, { recursive: true });
    vi.stubEnv("TMPDIR", long);
    const { code, all, pipes } = await readAll();
    vi.unstubAllEnvs();
    expect(pipes.map(({ childEnd }) => typeof childEnd)).toEqual(["number", "number"]);
    expect({ code, all }).toEqual({ code: 0, all: [`${BYTES} 97`, `${BYTES} 98`] });
  });

  it("end with a reason where descriptors run out, and are there again when there are some", async () => {
    const fixture = fileURLToPath(new URL("../../fixtures/pipes-without-descriptors.ts", import.meta.url));
    const limited = `ulimit -n 120; exec "${process.execPath}" --import tsx "${fixture}"`;
    const { stdout } = await promisify(execFile)("sh", ["-c", limited]);
    const outcomes = stdout.trim().split("\n");
    const firstSocket = outcomes.indexOf("object");
    expect(outcomes).toHaveLength(30);
    expect(firstSocket).toBeGreaterThan(0);
    expect(new Set(outcomes.slice(firstSocket))).toEqual(new Set(["object"]));
    for (const outcome of outcomes.slice(0, firstSocket))
      expect(outcome).toMatch(/EMFILE|too many open files|^number$/);
  });

  it("leave nothing behind when they are not read", async () => {
    const pipes = await openChildPipes(1);
    for (const pipe of pipes) {
      pipe.giveUpChildEnd();
      pipe.close();
    }
    expect(pipes).toHaveLength(1);
  });
});
