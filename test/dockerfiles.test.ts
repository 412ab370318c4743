import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { millrace, ROOT } from "./helpers/cli.ts";

const read = (file: string) => readFileSync(`${ROOT}/${file}`, "utf8");
const found = (text: string, pattern: RegExp) => Array.from(text.matchAll(pattern), ([, name = ""]) => name);

describe.each(["Dockerfile", "Dockerfile.jetson"])("%s", (file) => {
  const text = read(file);

  test("copies files that exist", () => {
    const copied = found(text, /^COPY (?!--from)(.*) \S+$/gm).flatMap((names) => names.split(" "));
    expect(copied.length).toBeGreaterThan(5);
    expect(copied.filter((name) => !existsSync(`${ROOT}/${name}`))).toEqual([]);
  });

  test("builds on stages that come before", () => {
    const known: string[] = [];
    for (const line of text.split("\n")) {
      const [, used] = /^(?:COPY --from=|RUN --mount=from=)([\w-]+)/.exec(line) ?? [];
      if (used !== undefined) expect(known).toContain(used);
      const [, stage] = /^FROM \S+ AS (\S+)$/.exec(line) ?? [];
      if (stage !== undefined) known.push(stage);
    }
    expect(known).toContain("build");
  });

  test("runs without the rights of root and asks the daemon whether it lives", () => {
    const users = found(text, /^USER (\S+)$/gm);
    expect(users.at(-1)).toBe("millrace");
    expect(users.filter((user, i) => user === "root" && users[i + 1] !== "millrace")).toEqual([]);
    expect(text).toMatch(/^HEALTHCHECK /m);
  });

  test("compiles the library for the GPU with a command that the program has", async () => {
    const [, flags = ""] = /dist\/cli\/main\.js gpu install (--\S+) \/gpu/.exec(text) ?? [];
    const { stdout } = await millrace(["gpu", "install", "--help"]);
    expect(stdout).toContain(`${flags} <dir>`);
  });
});

test("the image for a GPU takes the release of ONNX Runtime that the package has", () => {
  const { dependencies } = JSON.parse(read("package.json")) as { dependencies: Record<string, string> };
  expect(found(read("Dockerfile"), /^ARG ONNXRUNTIME=(.*)$/gm)).toEqual([dependencies["onnxruntime-node"]]);
  expect(read("docs/gpu.md")).toContain(`onnxruntime-gpu==${dependencies["onnxruntime-node"]}`);
});
