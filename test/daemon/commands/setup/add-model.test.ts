import { createHash } from "node:crypto";
import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { type AddSettings, addModel } from "../../../../src/daemon/commands/setup/add-model.ts";
import { tinyYolox } from "../../../fixtures/models.ts";
import { millrace, SHAPES } from "../../../helpers/cli.ts";
import { openFileServer, serving } from "../../../helpers/file-server.ts";
import { useFolder } from "../../../stream/clip.ts";

const folder = useFolder();
const model = tinyYolox({ metadata: { names: "{0: 'red', 1: 'blue'}" } });
const sha256 = createHash("sha256").update(model).digest("hex");
const CONFIG = "# Mine.\nstate_dir: state   # for everything\nmodels:\n  shapes/1: {path: shapes.onnx} # the first\n";

async function configOf(name: string, text = CONFIG): Promise<string> {
  await writeFile(folder.path(name), text);
  return folder.path(name);
}

function add(source: string, config: string | null, more: Partial<AddSettings> = {}) {
  const statement = { family: undefined, classes: undefined, width: undefined, height: undefined };
  const signal = new AbortController().signal;
  return addModel({ id: "tiny/1", source, config, sha256: undefined, statement, progress: () => {}, signal, ...more });
}

const fault = (work: Promise<unknown>) =>
  work.then(
    () => "no fault",
    (error) => (error as Error).message.replaceAll(folder.path("a").slice(0, -1), ""),
  );

test("a file comes into the config by a path from there, and the config keeps its text and its mode", async () => {
  const config = await configOf("file.yaml");
  await chmod(config, 0o640);
  await writeFile(folder.path("tiny.onnx"), model);
  const { description } = await add(folder.path("tiny.onnx"), config, {
    statement: { family: "yolox", classes: undefined, width: undefined, height: undefined },
  });
  expect(description).toMatchObject({ family: "yolox", classes: ["red", "blue"] });
  expect(await readFile(config, "utf8")).toBe(`${CONFIG}  tiny/1:\n    path: tiny.onnx\n    family: yolox\n`);
  expect((await stat(config)).mode & 0o777).toBe(0o640);
});

test("an address is downloaded once: its checksum comes into the config, the file into the cache", async () => {
  const config = await configOf("address.yaml");
  const server = await openFileServer({ "/tiny.onnx": serving(model) });
  const told: number[] = [];
  const url = `${server.url}/tiny.onnx`;
  await add(url, config, { progress: (done) => void told.push(done) });
  expect(parse(await readFile(config, "utf8")).models["tiny/1"]).toEqual({ url, sha256 });
  expect((await readFile(folder.path(`state/models/${sha256}.onnx`))).equals(model)).toBe(true);
  expect(await readdir(folder.path("state/models"))).toEqual([`${sha256}.onnx`]);
  expect(told.at(-1)).toBe(model.length);
  await add(url, await configOf("again.yaml"), { sha256 });
  expect(server.asked).toHaveLength(1);
});

test("without a config the entry is given alone, and no file stays", async () => {
  const server = await openFileServer({ "/tiny.onnx": serving(model) });
  const { text } = await add(`${server.url}/tiny.onnx`, null);
  expect(parse(text)).toEqual({ models: { "tiny/1": { url: `${server.url}/tiny.onnx`, sha256 } } });
});

test("what cannot run is refused, and neither the config nor the cache changes", async () => {
  const config = await configOf("refused.yaml");
  const page = Buffer.from("<!doctype html>");
  const server = await openFileServer({ "/page": serving(page), "/tiny.onnx": serving(model) });
  const told = async (...given: Parameters<typeof add>) => (await fault(add(...given))).replaceAll(server.url, "");
  expect(await told(`${server.url}/page`, config)).toContain("it is an HTML page");
  expect(await told(folder.path("refused.yaml"), config)).toMatch(/^model "refused\.yaml": .*\[MODEL_NOT_ONNX\]/);
  expect(await told("http://example.org/a.onnx", config)).toBe(
    "the address is not encrypted: expected https://, as http:// is for this machine alone [FLAG_VALUE]",
  );
  expect(await told(`${server.url}/tiny.onnx`, config, { sha256: "a".repeat(64) })).toBe(
    `the checksum of ${model.length} bytes from /tiny.onnx is wrong: expected ${"a".repeat(64)}, found ${sha256} [MODEL_CHECKSUM]`,
  );
  expect(await told(`${server.url}/absent`, config)).toBe(
    "/absent cannot be downloaded: there is no such file (HTTP 404)",
  );
  expect(await told(SHAPES, config, { id: "shapes/1" })).toMatchInlineSnapshot(`
    "refused.yaml /models/shapes~11: there is a model "shapes/1" already [CONFIG_VALUE]
        hint: choose another name, or delete the entry first"
  `);
  expect(
    await told(`${server.url}/tiny.onnx`, await configOf("stateless.yaml", "models: {}\n")),
  ).toMatchInlineSnapshot(`
    "a downloaded model needs a place, but the config has no "state_dir" [CONFIG_STATE_DIR]
        hint: add  state_dir: /var/lib/millrace"
  `);
  expect(await told(SHAPES, await configOf("alias.yaml", "x-m: &m {}\nmodels: *m\n"))).toMatch(
    /^alias\.yaml has no place where an entry can be written safely .*write it yourself:\nmodels:\n {2}tiny\/1:/s,
  );
  expect(await readFile(config, "utf8")).toBe(CONFIG);
  expect(await readdir(folder.path("state/models"))).toEqual([`${sha256}.onnx`]);
});

test("the command says what it added, and ends with 2 for what cannot run", async () => {
  const config = await configOf("command.yaml", "cameras: {}\npipelines: {}\n");
  const done = await millrace(["models", "add", "shapes/2", SHAPES, "--config", config]);
  expect(done).toMatchObject({ code: 0, stdout: "" });
  expect(done.stderr).toContain("shapes/2: yolov8 (detect), 3 classes");
  expect(parse(await readFile(config, "utf8")).models).toEqual({ "shapes/2": { path: SHAPES } });
  const refused = await millrace(["models", "add", "page/1", config]);
  expect(refused.code).toBe(2);
});
