import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { exhaustion } from "../../src/cli/descriptors.ts";
import { millrace } from "../helpers/cli.ts";
import { useFolder } from "../stream/clip.ts";

const folder = useFolder();
const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

test.each([64, 100])(
  "a program that may open %i files alone, too few to be loaded, says so without a stack trace",
  (most) => {
    const script = `ulimit -n ${most} && exec "$0" "$1" start --config nowhere.yaml`;
    const { status, stderr } = spawnSync("sh", ["-c", script, process.execPath, MAIN], { encoding: "utf8" });
    expect(stderr).toBe(
      `millrace: it may have no more than ${most} files open at once, and needs 256; raise the limit with \`ulimit -n 4096\` in a shell, or with LimitNOFILE=4096 in a systemd unit\n`,
    );
    expect(status).toBe(1);
  },
);

test("an error that means that descriptors have run out is reported with what to do, others are not", () => {
  const error = Object.assign(new Error("EMFILE: too many open files, open '/x'"), { code: "EMFILE" });
  expect(exhaustion(error)).toContain("raise the limit");
  expect(exhaustion(Object.assign(new Error("full"), { code: "ENFILE" }))).toContain("fs.file-max");
  expect(exhaustion(new TypeError("x"))).toBeNull();
  expect(exhaustion(null)).toBeNull();
});

test("a reload that is asked for while the program is loaded does not end it", async () => {
  // As soon as the program listens for the signal it gets it.
  const sender = `process.on("newListener", (name) => name === "SIGHUP" && setImmediate(() => process.kill(process.pid, "SIGHUP")))`;
  const options = `--import ${JSON.stringify(`data:text/javascript,${encodeURIComponent(sender)}`)}`;
  await writeFile(folder.path("millrace.yaml"), "cameras: 5\n");
  const env = { ...process.env, NODE_OPTIONS: options };
  const ended = await millrace(["start", "--config", folder.path("millrace.yaml")], { env });
  expect(ended).toMatchObject({ code: 2, signal: null, stderr: expect.stringContaining("the input is wrong") });
});
