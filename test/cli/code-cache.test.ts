import { expect, it } from "vitest";
import { codeCacheFolder, keepCompiledCode } from "../../src/cli/code-cache.ts";

it("keeps compiled code where the user keeps what may be lost, never where others can write", () => {
  expect(codeCacheFolder({}, "/home/one")).toBe("/home/one/.cache/millrace/code");
  expect(codeCacheFolder({ XDG_CACHE_HOME: "/cache" }, "/home/one")).toBe("/cache/millrace/code");
  expect(codeCacheFolder({ CACHE_DIRECTORY: "/var/cache/box" }, "/")).toBe("/var/cache/box/millrace/code");
  expect(codeCacheFolder({ XDG_CACHE_HOME: "relative" }, "/home/one")).toBe("/home/one/.cache/millrace/code");
});

it("keeps none for a user without a home", () => {
  expect(codeCacheFolder({}, null)).toBeNull();
  expect(codeCacheFolder({ CACHE_DIRECTORY: "/var/cache/box" }, null)).toBe("/var/cache/box/millrace/code");
});

it("leaves to the user where Node keeps it, and whether", () => {
  expect(codeCacheFolder({ NODE_COMPILE_CACHE: "/mine" }, "/home/one")).toBeNull();
  expect(codeCacheFolder({ NODE_DISABLE_COMPILE_CACHE: "1" }, "/home/one")).toBeNull();
});

it("names the folder to threads and processes where Node takes it, and does nothing where Node cannot", () => {
  const asked: string[] = [];
  const enableCompileCache = (folder: string) => {
    asked.push(folder);
    return asked.length === 1 ? { directory: `${folder}/v22` } : {};
  };
  const [taken, refused, old] = [{ XDG_CACHE_HOME: "/a" }, { XDG_CACHE_HOME: "/b" }, { XDG_CACHE_HOME: "/c" }];
  keepCompiledCode(taken, { enableCompileCache });
  keepCompiledCode(refused, { enableCompileCache });
  keepCompiledCode(old, {});
  expect(asked).toEqual(["/a/millrace/code", "/b/millrace/code"]);
  expect(taken).toEqual({ XDG_CACHE_HOME: "/a", NODE_COMPILE_CACHE: "/a/millrace/code" });
  expect(refused).toEqual({ XDG_CACHE_HOME: "/b" });
  expect(old).toEqual({ XDG_CACHE_HOME: "/c" });
});
