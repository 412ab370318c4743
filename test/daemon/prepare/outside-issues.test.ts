import { spawnSync } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { configuredFfmpeg } from "../../../src/daemon/config/configured-ffmpeg.ts";
import { type Config, ConfigSchema } from "../../../src/daemon/config/schema/config-schema.ts";
import { outsideIssues } from "../../../src/daemon/prepare/outside-issues.ts";
import { useFolder } from "../../stream/clip.ts";

const folder = useFolder();
const lacksOpenssl = spawnSync("openssl", ["version"]).error !== undefined;
if (lacksOpenssl) process.stderr.write("skipped: openssl not found\n");

const config = (given: object) =>
  ConfigSchema.parse({ device: "dock", cameras: {}, pipelines: {}, ...given }) as Config;
const broker = (more: object) => config({ mqtt: { url: "mqtts://localhost", ...more } });

async function told(given: Config): Promise<string[]> {
  const issues = await outsideIssues(given);
  return issues.map(({ path, message }) => `${path}: ${message.replaceAll(`${folder.path("")}/`, "")}`);
}

beforeAll(async () => {
  await writeFile(folder.path("text"), "no certificate");
  await writeFile(folder.path("program"), "#!/bin/sh\necho something else\n");
  await chmod(folder.path("program"), 0o755);
  for (const name of ["one", "two"]) {
    const files = ["-keyout", folder.path(`${name}.key`), "-out", folder.path(`${name}.pem`)];
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    spawnSync("openssl", ["req", "-x509", ...key, "-subj", "/CN=box", ...files]);
  }
});

describe("what a config names outside of itself", () => {
  it("is a fault where a file is absent, and all are reported at once", async () => {
    const files = { ca_file: folder.path("ca"), key_file: folder.path("key") };
    const given = { ...broker(files), ffmpeg: folder.path("none") };
    expect(await told(given)).toEqual([
      '/mqtt/ca_file: "ca_file" is "ca": there is no such file',
      '/mqtt/key_file: "key_file" is "key": there is no such file',
      '/ffmpeg: "ffmpeg" is "none": there is no such file',
    ]);
  });

  it("is a fault where a program cannot be executed", async () => {
    expect(await told(config({ ffmpeg: folder.path("text") }))).toEqual([
      '/ffmpeg: "ffmpeg" is "text": this user may not use it',
    ]);
  });

  it("is a fault where a certificate or a key is none", async () => {
    const given = broker({ cert_file: folder.path("text"), key_file: folder.path("text") });
    expect((await told(given)).map((text) => text.slice(0, text.indexOf(" that")))).toEqual([
      '/mqtt/cert_file: "cert_file" holds no PEM',
      '/mqtt/key_file: "key_file" holds no PEM',
    ]);
  });

  it.skipIf(lacksOpenssl)(
    "is a fault where a key is that of another certificate, and none where it is its own",
    async () => {
      const pair = (key: string) => broker({ cert_file: folder.path("one.pem"), key_file: folder.path(key) });
      expect(await told(pair("one.key"))).toEqual([]);
      expect((await told(pair("two.key")))[0]).toContain("/mqtt/key_file");
    },
  );

  it.each(["mqtt://host:99999", "mqtt://host:port", "mqtt://[::1"])(
    "is a fault where it is no address: %s",
    async (url) => {
      expect((await told(config({ mqtt: { url } })))[0]).toContain("/mqtt/url: the broker's url cannot be read");
    },
  );

  it.each(["MQTT://host", "mqtt://host:1883", "WSS://host/path"])("is none where it is one: %s", async (url) => {
    expect(await told(config({ mqtt: { url } }))).toEqual([]);
  });
});

describe("an ffmpeg that a config names", () => {
  it("is a fault of the config when it is another program", async () => {
    const failure = configuredFfmpeg(config({ ffmpeg: folder.path("program") }));
    await expect(failure).rejects.toMatchObject({ code: "CONFIG", issues: [{ path: "/ffmpeg" }] });
  });
});
