import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { ConfigError } from "../../../src/base/errors.ts";
import { Claims, type Lock } from "../../../src/daemon/claim/claims.ts";
import { lockFolder } from "../../../src/daemon/claim/lock-folder.ts";
import { lockName } from "../../../src/daemon/claim/lock-name.ts";
import { type Config, ConfigSchema } from "../../../src/daemon/config/schema/config-schema.ts";
import type { DaemonEvent } from "../../../src/daemon/report/events.ts";
import { useFolder } from "../../stream/clip.ts";

const folder = useFolder();
const isLinux = process.platform === "linux";
const LOADER = fileURLToPath(new URL("../../fixtures/typescript-loader.mjs", import.meta.url));

const kinds: [string, string, (name: string) => ReturnType<typeof lockName>][] = [
  ["folder", "lock-folder.ts", (name) => lockFolder(folder.path(name), (why) => expect.unreachable(why))],
  ["name", "lock-name.ts", (name) => lockName(`${name} of ${folder.path("")}`)],
];

/** Another process that holds a lock until it is killed. */
async function holder(file: string, call: string): Promise<{ pid: number; kill: () => Promise<unknown> }> {
  const source = new URL(`../../../src/daemon/claim/${file}`, import.meta.url).href;
  const script = `const m = await import(${JSON.stringify(source)}); await m.${call}; console.log("held"); setInterval(() => {}, 1e6);`;
  const child = spawn(process.execPath, ["--import", LOADER, "--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return {
    pid: child.pid ?? 0,
    kill: () => {
      child.kill("SIGKILL");
      return once(child, "close");
    },
  };
}

describe.skipIf(!isLinux).each(kinds)("the lock on a %s", (kind, file, lock) => {
  it("is had once, until it is released", async () => {
    const first = (await lock(kind)) as { lock: Lock };
    expect(await lock(kind)).toEqual({ heldBy: `process ${process.pid}` });
    await first.lock.release();
    const second = (await lock(kind)) as { lock: Lock };
    await second.lock.release();
  });

  it("is gone with the process that had it, however that ended", async () => {
    const name = `${kind} of another`;
    const call =
      kind === "folder"
        ? `lockFolder(${JSON.stringify(folder.path(name))}, console.error)`
        : `lockName(${JSON.stringify(`${name} of ${folder.path("")}`)})`;
    const other = await holder(file, call);
    expect(await lock(name)).toEqual({ heldBy: `process ${other.pid}` });
    await other.kill();
    const own = (await lock(name)) as { lock: Lock };
    await own.lock.release();
  });
});

it("a folder that cannot be locked is reported, and refuses nothing", async () => {
  await writeFile(folder.path("file"), "");
  const told: string[] = [];
  expect(await lockFolder(folder.path("file/below"), (why) => told.push(why))).toBeNull();
  expect(told[0]).toContain("ENOTDIR");
});

describe.skipIf(!isLinux)("what one daemon alone may have", () => {
  const config = (changes: object = {}) =>
    ConfigSchema.parse({
      device: randomUUID(),
      state_dir: folder.path(randomUUID()),
      mqtt: { url: "mqtt://localhost" },
      cameras: {},
      pipelines: {},
      ...changes,
    }) as Config;
  const report = (event: DaemonEvent) => expect.unreachable(JSON.stringify(event));

  it.each([
    ["its folder of state", (one: Config) => ({ ...one, device: "other" }), "/state_dir", "is in use by process"],
    [
      "its place at the broker",
      (one: Config) => ({ ...one, state_dir: undefined }),
      "/mqtt",
      "is connected to mqtt://",
    ],
  ])("is %s: a second one is refused, and holds nothing", async (_, changes, path, message) => {
    const own = config();
    const first = await new Claims().take(own, report);
    onTestFinished(() => first.release());
    const other = { ...changes(own) } as Config;
    const error: unknown = await new Claims().take(other, report).catch((refused) => refused);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).issues).toMatchObject([{ code: "CONFIG_IN_USE", path }]);
    expect((error as ConfigError).message).toContain(message);
    expect((error as ConfigError).message).toContain("hint: stop the other one");
  });

  it("is held as long as one of those who took it has not released it", async () => {
    const claims = new Claims();
    const own = config();
    const [first, second] = [await claims.take(own, report), await claims.take(own, report)];
    await first.release();
    await expect(new Claims().take(own, report)).rejects.toThrow("is in use");
    await second.release();
    await (await new Claims().take(own, report)).release();
  });

  it("is given back when only a part of it can be had", async () => {
    const own = config();
    const first = await new Claims().take({ ...own, state_dir: undefined } as unknown as Config, report);
    await expect(new Claims().take(own, report)).rejects.toThrow("is connected");
    await first.release();
    await (await new Claims().take(own, report)).release();
  });
});
