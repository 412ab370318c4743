import { rename, rm, utimes, writeFile } from "node:fs/promises";
import { afterEach, expect, it, vi } from "vitest";
import { type FileWatch, openFileWatch } from "../../../src/daemon/reload/watch-files.ts";
import { useFolder } from "../../stream/clip.ts";

const folder = useFolder();
let watch: FileWatch | undefined;
let told = 0;
let files = 0;

afterEach(() => watch?.close());

async function follow(): Promise<string> {
  const path = folder.path(`${files++}.json`);
  await writeFile(path, "first");
  told = 0;
  watch = openFileWatch(() => told++);
  await watch.follow([path]);
  return path;
}

const isTold = (times: number) => vi.waitFor(() => expect(told).toBe(times), { timeout: 10_000, interval: 20 });

it("a file that is written is reported once, also when another takes its place, and when it goes", async () => {
  const path = await follow();
  await writeFile(path, "second");
  await isTold(1);
  await writeFile(`${path}.new`, "third");
  await rename(`${path}.new`, path);
  await isTold(2);
  await rm(path);
  await isTold(3);
});

it("a file that is written as it was is not told", async () => {
  const path = await follow();
  await writeFile(path, "first");
  await utimes(path, 1, 1);
  await writeFile(path, "second");
  await isTold(1);
});

it("what is known already is not told, and what comes afterwards is", async () => {
  const path = await follow();
  await writeFile(path, "second");
  await watch?.mark();
  await watch?.follow([path]);
  await writeFile(path, "third");
  await isTold(1);
});
