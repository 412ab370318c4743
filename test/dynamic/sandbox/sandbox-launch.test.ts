import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { findPython, pythonProgram } from "../../../src/dynamic/process/child-python.ts";
import { confinedEnvironment, confinedLine, SANDBOX_LEVELS } from "../../../src/dynamic/sandbox/sandbox-launch.ts";
import { hasSetpriv, isAtLeast, probeSandbox } from "../../../src/dynamic/sandbox/sandbox-probe.ts";

const program = pythonProgram(findPython("python3"));
const best = probeSandbox(program);

const REPORT = `
import json, os, resource, socket
def allowed(way):
    try:
        way()
        return True
    except Exception:
        return False
print(json.dumps({
    "passwd": allowed(lambda: open("/etc/passwd")),
    "interfaces": [name for _, name in socket.if_nameindex()],
    "processes": len([name for name in os.listdir("/proc") if name.isdigit()]),
    "files": resource.getrlimit(resource.RLIMIT_NOFILE)[1],
    "data": resource.getrlimit(resource.RLIMIT_DATA)[1],
    "core": resource.getrlimit(resource.RLIMIT_CORE)[1],
    "home": os.environ.get("HOME"),
    "settings": allowed(lambda: os.close(os.open("/proc/sys/kernel/core_pattern", os.O_WRONLY))),
    "no_new_privs": "NoNewPrivs:\\t1" in open("/proc/self/status").read(),
}))
`;

describe.each(SANDBOX_LEVELS)("a program that is shut in to the level %s", (level) => {
  const isThere = isAtLeast(best.level, level);
  if (!isThere) process.stderr.write(`skipped: the level "${level}", which does not work on this machine\n`);

  it.skipIf(!isThere)("sees what the level says", () => {
    const confinement = {
      level,
      dropsRoot: false,
      hasScratch: false,
      hasProc: level === "strong" && best.hasProc,
      forbidsNamespaces: false,
      filtersCalls: false,
      hasSetpriv: hasSetpriv(),
    };
    const { command, args } = confinedLine(program, confinement, 256);
    const { stdout, stderr } = spawnSync(command, args, {
      input: REPORT,
      encoding: "utf8",
      env: confinedEnvironment(),
    });
    expect(stderr).toBe("");
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ files: 64, data: 256 * 2 ** 20, core: 0, home: null, no_new_privs: hasSetpriv() });
    expect(report.passwd).toBe(level !== "strong");
    if (level === "strong") expect(report.settings).toBe(false);
    if (level === "process") return;
    expect(report.interfaces).toEqual(["lo"]);
    expect(report.processes).toBeLessThan(5);
  });
});
