// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are what is tested
import { mkdir, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { blot } from "../../../src/base/secrets.ts";
import { parseConfig } from "../../../src/daemon/config/config.ts";
import { configWarnings } from "../../../src/daemon/config/config-warnings.ts";
import { useFolder } from "../../stream/clip.ts";

const folder = useFolder();

function parse(camera: object, environment: NodeJS.ProcessEnv = {}, mqtt: object = {}) {
  const pipelines = { count: { workflow: "count.json", cameras: ["gate"] } };
  const config = { cameras: { gate: camera }, pipelines, mqtt: { url: "mqtt://broker", ...mqtt } };
  return parseConfig(JSON.stringify(config), environment, folder.path("."));
}

const accessOf = (camera: object, environment: NodeJS.ProcessEnv = {}) => {
  const { config, issues } = parse(camera, environment);
  expect(issues).toEqual([]);
  const { url, username, password } = config?.cameras["gate"] ?? {};
  return { url, username, password };
};

const faultsOf = (camera: object, environment: NodeJS.ProcessEnv = {}, mqtt: object = {}) =>
  parse(camera, environment, mqtt).issues.map(({ code, path, message, hint }) => [code, path, message, hint]);

describe("user name and password", () => {
  test("leave the address when it is read, and are known as secrets", () => {
    const gate = accessOf({ url: " rtsp://me:h%40rd@cam/1?pwd=s3cret" });
    expect(gate).toEqual({ url: "rtsp://cam/1?pwd=s3cret", username: "me", password: "h@rd" });
    expect(blot("h@rd h%40rd s3cret")).toBe("*** *** ***");
    expect(parse({ url: "rtsp://cam" }, {}, { url: "mqtt://you:br0ker@host" }).config?.mqtt).toMatchObject({
      ...{ url: "mqtt://host", username: "you", password: "br0ker" },
    });
  });

  test("as keys replace what the address holds", () => {
    const url = "rtsp://me:old-one@cam/1";
    expect(accessOf({ url, password: "new-one" })).toMatchObject({ username: "me", password: "new-one" });
    expect(accessOf({ url, username: "you" })).toMatchObject({ username: "you", password: undefined });
    expect(accessOf({ url, username: "me" })).toMatchObject({ username: "me", password: "old-one" });
  });

  test("come from files: of the credentials folder, beside the config, or by a path", async () => {
    await mkdir(folder.path("credentials"), { recursive: true });
    await writeFile(folder.path("credentials/gate"), "from systemd\n");
    await writeFile(folder.path("gate"), "beside\n");
    const camera = { url: "rtsp://me@cam", password_file: "gate" };
    const environment = { CREDENTIALS_DIRECTORY: folder.path("credentials") };
    expect(accessOf(camera, environment).password).toBe("from systemd");
    expect(accessOf(camera).password).toBe("beside");
    expect(accessOf({ ...camera, password_file: folder.path("credentials/gate") }).password).toBe("from systemd");
  });

  test("that cannot be meant are faults without any of the secret", async () => {
    await writeFile(folder.path("empty"), "\n");
    const url = "rtsp://cam";
    expect(faultsOf({ url, password: "x" })).toMatchInlineSnapshot(`
      [
        [
          "CONFIG_ACCESS",
          "/cameras/gate/password",
          ""password" has no user name beside it",
          "give "username" as well",
        ],
      ]
    `);
    const both = faultsOf({ url, username: "me", password: "x", password_file: "empty" });
    expect(both.map(([, path, what]) => [path, String(what).replace(folder.path("."), "")])).toMatchInlineSnapshot(`
      [
        [
          "/cameras/gate/password_file",
          ""password_file" stands beside "password"",
        ],
        [
          "/cameras/gate/password_file",
          ""password_file" cannot be read: /empty is empty",
        ],
      ]
    `);
    const ambiguous = faultsOf({ url: "rtsp://me:geh/eim@cam/1" }, {}, { url: "mqtt://me:geh@eim@host" });
    expect(ambiguous.map(([code, path]) => [code, path])).toEqual([
      ["CONFIG_ACCESS", "/cameras/gate/url"],
      ["CONFIG_ACCESS", "/mqtt/url"],
    ]);
    expect(JSON.stringify(ambiguous)).not.toMatch(/geh|eim/);
  });

  test("in an address of a misspelt scheme are not told either", () => {
    expect(faultsOf({ url: "rtsp:/me:geheim@cam/1" })).toMatchInlineSnapshot(`
      [
        [
          "CONFIG_ACCESS",
          "/cameras/gate/url",
          ""url" begins with "rtsp:/", which is no scheme of an address",
          "write rtsp://",
        ],
      ]
    `);
    expect(faultsOf({ url: "rstp://me:geheim@cam/1" })).toMatchInlineSnapshot(`
      [
        [
          "CONFIG_ACCESS",
          "/cameras/gate/url",
          ""url" begins with "rstp://", which is no scheme of an address",
          "did you mean "rtsp"?",
        ],
      ]
    `);
  });
});

describe("references to the environment", () => {
  test("are names between braces; other forms of a shell are faults", () => {
    const environment = { CAM: "x" };
    const texts = ["${CAM:-y}", "${CAM:?}", "${CAM-PW}", "${CAM", "$CAM", "${NONE}"];
    expect(
      texts.map((password) => faultsOf({ url: "rtsp://me@cam", password }, environment)[0]?.slice(2)),
    ).toMatchInlineSnapshot(`
      [
        [
          ""\${CAM…" is no reference to an environment variable",
          "only \${NAME} is replaced, without defaults or conditions; $\${ is a \${ itself",
        ],
        [
          ""\${CAM…" is no reference to an environment variable",
          "only \${NAME} is replaced, without defaults or conditions; $\${ is a \${ itself",
        ],
        [
          ""\${CAM…" is no reference to an environment variable",
          "only \${NAME} is replaced, without defaults or conditions; $\${ is a \${ itself",
        ],
        [
          ""\${CAM…" is no reference to an environment variable",
          "only \${NAME} is replaced, without defaults or conditions; $\${ is a \${ itself",
        ],
        [
          ""$CAM" is the name of an environment variable, which is not looked up without braces",
          "write \${CAM}",
        ],
        [
          "the environment variable NONE is not set",
          "set NONE, or write the value itself",
        ],
      ]
    `);
  });

  test("are written as they stand with a second dollar sign", () => {
    const texts = ["$${CAM}", "pa$$word", "a$b", "$100", "$NOT_SET"];
    const passwords = texts.map((password) => accessOf({ url: "rtsp://me@cam", password }, { CAM: "x" }).password);
    expect(passwords).toEqual(["${CAM}", "pa$$word", "a$b", "$100", "$NOT_SET"]);
  });
});

test("what has no effect is reported", () => {
  const cameras = {
    gate: { url: "gate.mp4", username: "me", transport: "udp" },
    yard: { url: "rtsp://yard", loop: true, pace: "fast" },
  };
  const pipelines = { count: { workflow: "count.json", cameras: ["gate"] } };
  const { config } = parseConfig(JSON.stringify({ cameras, pipelines }), {});
  expect(config && configWarnings(config)).toEqual([
    'camera gate: "username" and "password" have no effect on a file',
    'camera gate: "transport" has an effect on rtsp:// alone',
    "camera yard: no pipeline names it, so it is not opened",
    'camera yard: "loop" has an effect on files alone',
    'camera yard: "pace" has an effect on files alone',
  ]);
});
