import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { openHostCache } from "../../../src/base/host-cache.ts";
import { verdictOf } from "../../../src/stream/decoders/decoder-verdicts.ts";
import { useFolder } from "../clip.ts";

const folder = useFolder();

/** Decodes with the one decoder, and says how often it was run. */
async function standIn(decoder: string) {
  const path = folder.path("ffmpeg");
  const picture = "head -c 76800 /dev/zero | tr '\\000' '\\200'";
  const cases = `case "$*" in *"${decoder}"*) ${picture};; *) exit 1;; esac`;
  await writeFile(path, `#!/bin/sh\ncat > /dev/null\necho run >> ${folder.path("runs")}\n${cases}\n`);
  await chmod(path, 0o755);
  const decoders = new Set(["h264_cuvid", "h264_qsv", "hevc_qsv"]);
  return { path, version: "5", decoders, hwaccels: ["vaapi"] };
}

async function runs(): Promise<number> {
  const text = await readFile(folder.path("runs"), "utf8").catch(() => "");
  await rm(folder.path("runs"), { force: true });
  return text.split("\n").length - 1;
}

test("the first decoder of a chip that decodes the sample is kept for this machine, for each codec", async () => {
  const cache = () => openHostCache("decoders", { XDG_CACHE_HOME: folder.path("cache") });
  const ffmpeg = await standIn("-c:v h264_qsv");
  const found = { name: "qsv", codec: "h264", arguments: ["-c:v", "h264_qsv"] };
  expect(await verdictOf(ffmpeg, "h264", cache())).toEqual(found);
  expect(await runs()).toBe(3);
  expect(await verdictOf(ffmpeg, "h264", cache())).toEqual(found);
  expect(await runs()).toBe(0);
  expect(await verdictOf(ffmpeg, "hevc", cache())).toBeNull();
  expect(await runs()).toBe(2);
  expect(await verdictOf(ffmpeg, "hevc", cache())).toBeNull();
  expect(await runs()).toBe(0);
  // Another build is asked, and one that cannot any more is not believed.
  const other = await standIn("-hwaccel vaapi");
  expect(await verdictOf(other, "h264", cache())).toMatchObject({ name: "vaapi" });
  expect(await runs()).toBe(3);
});
