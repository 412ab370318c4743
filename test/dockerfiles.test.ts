import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ROOT } from "./helpers/cli.ts";

test.each(["Dockerfile", "Dockerfile.jetson"])("%s copies files that exist", (file) => {
  const text = readFileSync(`${ROOT}/${file}`, "utf8");
  const copied = Array.from(text.matchAll(/^COPY (?!--from)(.*) \S+$/gm), ([, names = ""]) => names.split(" ")).flat();
  expect(copied.length).toBeGreaterThan(5);
  expect(copied.filter((name) => !existsSync(`${ROOT}/${name}`))).toEqual([]);
});

test("the image runs without the rights of root and asks the daemon whether it lives", () => {
  const text = readFileSync(`${ROOT}/Dockerfile`, "utf8");
  expect(text).toMatch(/^USER millrace$/m);
  expect(text).toMatch(/^HEALTHCHECK /m);
});
