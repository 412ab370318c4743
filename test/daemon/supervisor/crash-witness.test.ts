import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CrashWitness, openCallWitness, WITNESS_DESCRIPTOR } from "../../../src/daemon/supervisor/crash-witness.ts";

const module = fileURLToPath(new URL("../../../src/daemon/supervisor/crash-witness.ts", import.meta.url));

describe("what was running when a process ended", () => {
  let witness: CrashWitness;

  beforeEach(() => {
    witness = new CrashWitness();
  });
  afterEach(() => witness.close());

  /** Runs a program that kills itself at its end. */
  function run(main: string): void {
    const program = `
      const { openCallWitness } = await import(${JSON.stringify(module)});
      const watch = (step, blockType = "B") => openCallWitness(process.env, "yard").watch({ step, blockType, hash: "h" });
      ${main}
      process.kill(process.pid, "SIGKILL");
    `;
    const { signal, stderr } = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
      env: { ...process.env, ...witness.environment([]) },
      stdio: ["ignore", "ignore", "pipe", "ignore", witness.descriptor],
      encoding: "utf8",
    });
    expect(signal, stderr).toBe("SIGKILL");
  }

  it("is the code that had begun and not ended, by its step, block and pipeline", () => {
    run(`const [a, b] = [watch("a"), watch("b", "Deadly")]; a.begin(); a.end(); b.begin();`);
    expect(witness.take()).toEqual([{ pipeline: "yard", step: "b", block: "Deadly", hash: "h" }]);
    expect(witness.take()).toEqual([]);
  });

  it("is nothing when every call had ended, or none was made", () => {
    run(`const a = watch("a"); a.begin(); a.end();`);
    expect(witness.take()).toEqual([]);
    run("");
    expect(witness.take()).toEqual([]);
  });

  it("is reported for names of any length", () => {
    run(`watch("ü".repeat(5000), "\\"".repeat(5000)).begin();`);
    const [found] = witness.take();
    expect(found?.step).toBe("ü".repeat(100));
    expect(found?.block).toBe('"'.repeat(100));
  });
});

describe("suspended code", () => {
  it("is reported for how long, as long as its text is the same", () => {
    const witness = new CrashWitness();
    const alone = { pipeline: "yard", step: "s", block: "B", hash: "h", until: Date.now() + 60_000 };
    const environment = witness.environment([alone]);
    const leftMs = (pipeline: string, step: string, hash: string) =>
      openCallWitness(environment, pipeline).watch({ step, blockType: "B", hash }).suspendedMs();
    expect(leftMs("yard", "s", "h")).toBeGreaterThan(0);
    expect(leftMs("yard", "s", "h")).toBeLessThanOrEqual(60_000);
    expect([leftMs("yard", "s", "i"), leftMs("yard", "t", "h"), leftMs("gate", "s", "h")]).toEqual([0, 0, 0]);
    expect(openCallWitness({}, "yard").watch({ step: "s", blockType: "B", hash: "h" }).suspendedMs()).toBe(0);
    expect(environment["MILLRACE_WITNESS"]).toBe(String(WITNESS_DESCRIPTOR));
    witness.close();
  });
});
