import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { inTemporaryFolder, offerTemporaryFolder, temporaryFolders } from "../../src/base/temporary-folder.ts";
import { closeAll, openFifos } from "../../src/stream/ffmpeg/fifo.ts";
import { mountSmallDisk } from "../helpers/small-disk.ts";

function setTemporaryFolder(path: string): void {
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = path;
  onTestFinished(() => {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  });
}

test("a folder that cannot be written gives way to the next, and to none a message that names all", () => {
  const made = inTemporaryFolder(
    (folder) => mkdtempSync(join(folder, "millrace-")),
    ["/absent", ...temporaryFolders()],
  );
  rmSync(made, { recursive: true });
  const make = (folder: string) => mkdtempSync(join(folder, "millrace-"));
  expect(() => inTemporaryFolder(make, ["/absent", "/dev/null"])).toThrow(
    expect.objectContaining({
      code: "TEMPORARY_FOLDER",
      message: expect.stringMatching(/set TMPDIR .*\/absent.*\/dev\/null/),
    }),
  );
});

test("the folders of the session and of the service come before that in memory", () => {
  const folders = temporaryFolders({ XDG_RUNTIME_DIR: "/run/user/7", STATE_DIRECTORY: "/var/lib/millrace:/var/lib/b" });
  expect(folders.slice(-3)).toEqual(["/run/user/7", "/var/lib/millrace", "/dev/shm"]);
});

test("a folder that is offered comes last", () => {
  offerTemporaryFolder("/var/lib/elsewhere");
  expect(temporaryFolders({}).slice(-2)).toEqual(["/dev/shm", "/var/lib/elsewhere"]);
});

test("pipes open where the root cannot be written", async () => {
  const disk = await mountSmallDisk(64);
  if (disk === undefined) return;
  onTestFinished(() => disk.close());
  disk.remount("ro");
  setTemporaryFolder(disk.path);
  const fifos = await openFifos(2);
  closeAll(fifos.flatMap(({ readFd, writeFd }) => [readFd, writeFd]));
  expect(fifos).toHaveLength(2);
});
