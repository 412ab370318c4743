import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";

import { describe, expect, onTestFinished, test } from "vitest";
import type { FilesDeleted } from "../../src/blocks/contract/services.ts";
import { type FileSettings, openFiles } from "../../src/effects/files.ts";
import { useFolder } from "../stream/clip.ts";

const folder = useFolder();
const ANY: FileSettings = { isForbidden: false, directory: null, budget: null, reserveBytes: 0 };

/** The reserve would refuse before the disk does. */
const UNRESERVED: FileSettings = { ...ANY, reserveBytes: -(2 ** 30) };

test("entries of many calls at once stand one after the other, and folders are made", async () => {
  const files = openFiles(ANY);
  const path = folder.path("deep/er/log.txt");
  await Promise.all(Array.from({ length: 50 }, (_, i) => files.append(path, `${i}\n`)));
  expect(readFileSync(path, "utf8")).toBe(Array.from({ length: 50 }, (_, i) => `${i}\n`).join(""));
});

test("a file is replaced whole, and by nothing where that fails", async () => {
  const files = openFiles(ANY);
  const path = folder.path("state.json");
  await files.write(path, "long content");
  await files.write(path, Uint8Array.of(79, 75));
  expect(readFileSync(path, "utf8")).toBe("OK");
  mkdirSync(folder.path("taken"));
  await expect(files.write(folder.path("taken"), "x")).rejects.toMatchObject({ code: "FILE_FAILED" });
  expect(readdirSync(folder.path("")).filter((name) => name.endsWith(".part"))).toEqual([]);
});

describe("a folder that blocks may write to", () => {
  test("is left by no path and no link", async () => {
    mkdirSync(folder.path("allowed"));
    mkdirSync(folder.path("outside"));
    symlinkSync(folder.path("outside"), folder.path("allowed/link"));
    const files = openFiles({ ...ANY, directory: folder.path("allowed") });
    await files.append(folder.path("allowed/inner/a.txt"), "a");
    for (const path of ["outside/a.txt", "allowed/../outside/a.txt", "allowed/link/a.txt", "allowed2/a.txt"]) {
      await expect(files.append(folder.path(path), "a"), path).rejects.toMatchObject({ code: "FILE_OUTSIDE" });
    }
  });

  test("holds no more than its budget, what others wrote there included", async () => {
    mkdirSync(folder.path("small"));
    writeFileSync(folder.path("small/other.bin"), Buffer.alloc(600));
    const files = openFiles({
      ...ANY,
      directory: folder.path("small"),
      budget: { bytes: 1000, days: null, whenFull: "refuse" },
    });
    await files.append(folder.path("small/a.txt"), "a".repeat(300));
    await expect(files.append(folder.path("small/a.txt"), "a".repeat(300))).rejects.toMatchObject({
      code: "FILE_BUDGET",
    });
    expect(statSync(folder.path("small/a.txt")).size).toBe(300);
  });

  test("makes room by deleting what was not written for longest, and counts it", async () => {
    mkdirSync(folder.path("ring"));
    const deleted: FilesDeleted[] = [];
    const budget = { bytes: 1000, days: null, whenFull: "delete_oldest" } as const;
    const files = openFiles({ ...ANY, directory: folder.path("ring"), budget }, (event) => deleted.push(event));
    for (const [i, name] of ["a", "b", "c", "d", "e"].entries()) {
      await files.write(folder.path(`ring/${name}`), Buffer.alloc(300));
      utimesSync(folder.path(`ring/${name}`), i + 1, i + 1);
    }
    expect(readdirSync(folder.path("ring"))).toEqual(["c", "d", "e"]);
    expect(deleted.map(({ files, bytes, count }) => [files, bytes, count])).toEqual([
      [1, 300, 1],
      [1, 300, 2],
    ]);
    await expect(files.write(folder.path("ring/huge"), Buffer.alloc(2000))).rejects.toMatchObject({
      code: "FILE_BUDGET",
    });
    expect(readdirSync(folder.path("ring"))).toEqual(["c", "d", "e"]);
  });

  test("loses files that were not written for days", async () => {
    mkdirSync(folder.path("aged"));
    for (const name of ["old", "new"]) writeFileSync(folder.path(`aged/${name}`), name);
    utimesSync(folder.path("aged/old"), 1, 1);
    const budget = { bytes: Number.POSITIVE_INFINITY, days: 2, whenFull: "refuse" } as const;
    await openFiles({ ...ANY, directory: folder.path("aged"), budget }).append(folder.path("aged/log"), "x");
    expect(readdirSync(folder.path("aged"))).toEqual(["log", "new"]);
  });

  test("may be none at all", async () => {
    const files = openFiles({ ...ANY, isForbidden: true });
    await expect(files.append(folder.path("a.txt"), "a")).rejects.toMatchObject({ code: "FILE_FORBIDDEN" });
  });
});

const mounts = spawnSync("unshare", ["--mount", "true"]).status === 0 && process.getuid?.() === 0;
if (!mounts) process.stderr.write("skipped: a small file system cannot be mounted here\n");

test.skipIf(!mounts)(
  "on a disk that fills up a write fails whole, and goes through when there is room again",
  async () => {
    const disk = folder.path("disk");
    mkdirSync(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]);
    onTestFinished(() => void execFileSync("umount", [disk]));
    const files = openFiles(UNRESERVED);
    await files.append(`${disk}/log.txt`, "first\n");
    writeFileSync(`${disk}/ballast`, Buffer.alloc(56 * 1024));
    await expect(files.append(`${disk}/log.txt`, "x".repeat(20_000))).rejects.toMatchObject({ code: "FILE_FAILED" });
    expect(readFileSync(`${disk}/log.txt`, "utf8")).toBe("first\n");
    execFileSync("rm", [`${disk}/ballast`]);
    await files.append(`${disk}/log.txt`, "second\n");
    expect(readFileSync(`${disk}/log.txt`, "utf8")).toBe("first\nsecond\n");
    const careful = openFiles({ ...ANY, reserveBytes: 2 ** 20 });
    await expect(careful.append(`${disk}/log.txt`, "third")).rejects.toMatchObject({ code: "FILE_DISK_FULL" });
  },
);
