import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { killWithCertainty, spawnBound } from "../../../src/stream/ffmpeg/bound-child.ts";

const module = new URL("../../../src/stream/ffmpeg/bound-child.ts", import.meta.url).href;

test("a child that ignores the request to end is killed after the grace time", async () => {
  const child = await startStubbornChild();
  await killWithCertainty(child, 50);
  expect(child.signalCode).toBe("SIGKILL");
});

test("a stopped child that would handle the request is killed too", async () => {
  const child = await startStubbornChild();
  child.kill("SIGSTOP");
  await killWithCertainty(child, 20);
  expect(child.signalCode).toBe("SIGKILL");
});

test("killing a child that has ended, or never started, does nothing", async () => {
  const ended = spawnBound("true", [], "ignore");
  await once(ended, "exit");
  await killWithCertainty(ended, 10_000);
  expect(ended.exitCode).toBe(0);
});

test.runIf(process.platform === "linux")("a child dies with its parent, even when the parent is killed", async () => {
  const code = `import { spawnBound } from ${JSON.stringify(module)};
    console.log(spawnBound("sleep", ["60"], "ignore").pid); setInterval(() => {}, 1000);`;
  const args = ["--import", "tsx", "--input-type=module", "-e", code];
  const parent = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [printed] = await once(parent.stdout, "data");
  const pid = Number(String(printed));
  expect(isAlive(pid)).toBe(true);
  parent.kill("SIGKILL");
  await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
});

async function startStubbornChild() {
  const script = "trap '' TERM; echo ready; while :; do sleep 1; done";
  const child = spawnBound("sh", ["-c", script], ["ignore", "pipe", "ignore"]);
  await once(child.stdout!, "data");
  return child;
}

/** A process that is dead but not yet collected counts as gone. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

test("a child that others started dies with this process too, even when that is killed", async () => {
  const code = `import { spawn } from "node:child_process";
    import { endWithThisProcess } from ${JSON.stringify(module)};
    const child = spawn("sleep", ["60"]); endWithThisProcess(child);
    console.log(child.pid); setInterval(() => {}, 1000);`;
  const args = ["--import", "tsx", "--input-type=module", "-e", code];
  const parent = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [printed] = await once(parent.stdout, "data");
  const pid = Number(String(printed));
  expect(isAlive(pid)).toBe(true);
  parent.kill("SIGKILL");
  await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
});
