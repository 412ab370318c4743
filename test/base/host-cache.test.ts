import { chmod, mkdir, readdir, readFile, rename, stat, symlink, utimes, writeFile } from "node:fs/promises";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { fileIdentity, type Json, openHostCache } from "../../src/base/host-cache.ts";
import { useFolder } from "../stream/clip.ts";

const folder = useFolder();
let home = "";
let rounds = 0;
beforeEach(() => {
  home = folder.path(`home-${rounds++}`);
});

const isNumber = (value: unknown) => typeof value === "number";
const isAny = (_: unknown): _ is unknown => true;
const cache = (name = "things") => openHostCache(name, { XDG_CACHE_HOME: home });
const entriesPath = () => `${home}/millrace/host/things.json`;

test("finds what was kept under the same key, and nothing under another", async () => {
  await cache().keep({ path: "/bin/a", size: 1 }, 5);
  expect(await cache().find({ size: 1, path: "/bin/a" }, isNumber)).toBe(5);
  expect(await cache().find({ path: "/bin/a", size: 2 }, isNumber)).toBeUndefined();
  expect(await cache("others").find({ path: "/bin/a", size: 1 }, isNumber)).toBeUndefined();
});

test("any JSON is found again as it was, under any key", async () => {
  const json = fc.jsonValue() as fc.Arbitrary<Json>;
  const rule = fc.asyncProperty(json, json, async (key, value) => {
    await cache().keep(key, value);
    expect(await cache().find(key, isAny)).toEqual(JSON.parse(JSON.stringify(value)));
  });
  await fc.assert(rule, { numRuns: 50 });
});

test("a value of another form is not taken", async () => {
  await cache().keep("a", "five");
  expect(await cache().find("a", isNumber)).toBeUndefined();
});

test("the last value of a key counts, and the oldest keys give way", async () => {
  for (let key = 0; key < 10; key++) await cache().keep(key, key);
  await cache().keep(5, 50);
  const found = await Promise.all(Array.from({ length: 10 }, (_, key) => cache().find(key, isNumber)));
  expect(found).toEqual([undefined, undefined, 2, 3, 4, 50, 6, 7, 8, 9]);
});

describe("is as if nothing had been kept, and works again,", () => {
  test.each(["", "{", "5", "[5, null, {}]", '[{"key": 1}]', "\0\0\0\0"])("where the file has %j", async (text) => {
    await cache().keep(1, 1);
    await writeFile(entriesPath(), text);
    expect(await cache().find(1, isNumber)).toBeUndefined();
    await cache().keep(1, 2);
    expect(await cache().find(1, isNumber)).toBe(2);
  });

  test("where the file was cut off while it was written", async () => {
    await cache().keep(1, 1);
    const text = await readFile(entriesPath(), "utf8");
    await writeFile(entriesPath(), text.slice(0, -2));
    expect(await cache().find(1, isNumber)).toBeUndefined();
  });
});

test("nothing is believed that others could have written, and nothing put there", async () => {
  await cache().keep(1, 1);
  await chmod(`${home}/millrace/host`, 0o777);
  expect(await cache().find(1, isNumber)).toBeUndefined();
  await cache().keep(2, 2);
  await chmod(`${home}/millrace/host`, 0o700);
  expect(await cache().find(1, isNumber)).toBe(1);
  expect(await cache().find(2, isNumber)).toBeUndefined();
});

test("its folder and files are the user's alone", async () => {
  await cache().keep(1, 1);
  const modes = await Promise.all(
    [`${home}/millrace/host`, entriesPath()].map(async (path) => (await stat(path)).mode),
  );
  expect(modes.map((mode) => mode & 0o777)).toEqual([0o700, 0o600]);
});

test("keeps nothing, and fails of nothing, where there is no place", async () => {
  await writeFile(home, "a file in the way");
  await cache().keep(1, 1);
  expect(await cache().find(1, isNumber)).toBeUndefined();
});

test("writers at the same time leave whole entries, and no other files", async () => {
  await Promise.all(Array.from({ length: 20 }, (_, key) => cache().keep(key, key)));
  const kept: unknown = JSON.parse(await readFile(entriesPath(), "utf8"));
  expect(kept).toEqual(expect.arrayContaining([{ key: expect.any(Number), value: expect.any(Number) }]));
  expect(await readdir(`${home}/millrace/host`)).toEqual(["things.json"]);
});

test("a file is the same through a link, and another when it is written or replaced", async () => {
  await mkdir(home);
  const [file, link] = [`${home}/file`, `${home}/link`];
  await writeFile(file, "one");
  await symlink(file, link);
  const first = await fileIdentity(file);
  expect(await fileIdentity(link)).toEqual(first);
  const { atime, mtime } = await stat(file);
  await writeFile(file, "two");
  await utimes(file, atime, mtime);
  const written = await fileIdentity(file);
  expect(written).not.toEqual(first);
  await writeFile(`${file}.new`, "two");
  await utimes(`${file}.new`, atime, mtime);
  await rename(`${file}.new`, file);
  expect(await fileIdentity(file)).not.toEqual(written);
  expect(await fileIdentity(`${home}/nowhere`)).toBeNull();
});
