import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../helpers/cli.ts";

// docs/http.md has every path that the sources answer, and no other.

const PAGE = readFileSync(`${ROOT}docs/http.md`, "utf8");
const FOLDER = `${ROOT}src/daemon/http`;

interface Route {
  method: string;
  path: string;
}

const documented = Array.from(
  PAGE.matchAll(/^\| (GET|POST|PUT|DELETE) \| `([^`]+)` \|/gm),
  ([, method = "", path = ""]): Route => {
    return { method, path };
  },
);

/** A path with something in the place of each of its parts. */
const SAMPLES: Readonly<Record<string, string>> = {
  file: "index.css",
  key: "0a1b",
  segment: "part-7",
};
const sampled = (path: string) => path.replaceAll(/<(\w+)>/g, (_, name: string) => SAMPLES[name] ?? "gate-1");

/** Texts and patterns that paths are compared with. */
function patternsOf(source: string): { text: string; takes: (path: string) => boolean }[] {
  const exact = Array.from(source.matchAll(/pathname [!=]== "(\/[^"]*)"/g), ([, text = ""]) => {
    return { text, takes: (path: string) => path === text };
  });
  const literals = Array.from(
    source.matchAll(/(?:= |\(|\? |: )(\/\^\\\/(?:[^/\\\n[]|\\.|\[[^\]\n]*\])*\/)(?:\.exec|;)/g),
    ([, text = ""]) => {
      const pattern = new RegExp(text.slice(1, -1));
      return { text, takes: (path: string) => pattern.test(path) };
    },
  );
  return [...exact, ...literals];
}

const patterns = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .flatMap((name) => patternsOf(readFileSync(`${FOLDER}/${name}`, "utf8")));

/** Kinds of pictures are one pattern. */
const KINDS = ["live", "raw", "video", "hls"];

describe("docs/http.md", () => {
  it("has a row for every path of the sources", () => {
    expect(patterns.length).toBeGreaterThan(12);
    const paths = documented.map(({ path }) => sampled(path));
    expect(patterns.filter(({ takes }) => !paths.some(takes)).map(({ text }) => text)).toEqual([]);
    expect(KINDS.filter((kind) => !paths.some((path) => path.startsWith(`/${kind}/`)))).toEqual([]);
    expect(patterns.map(({ text }) => text).join("\n")).toContain(`(${KINDS.join("|")})`);
  });

  it("has no row for a path that no source answers", () => {
    const unknown = documented.filter(({ path }) => !patterns.some(({ takes }) => takes(sampled(path))));
    expect(unknown.map(({ path }) => path)).toEqual([]);
  });

  it("has the methods that change something", () => {
    const routes =
      readFileSync(`${FOLDER}/access/session-routes.ts`, "utf8") + readFileSync(`${FOLDER}/zone-routes.ts`, "utf8");
    const methods = new Set(Array.from(routes.matchAll(/method === "(POST|PUT|DELETE|PATCH)"/g), ([, name]) => name));
    expect(new Set(documented.map(({ method }) => method))).toEqual(new Set(["GET", ...methods]));
  });
});
