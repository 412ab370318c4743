import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { apiModel, ENTRIES, undocumented } from "../scripts/docs/api-model.ts";
import { SHEETS } from "../scripts/docs/drawing-samples.ts";
import { ERROR_CODES } from "../scripts/docs/error-codes.ts";
import { errorsPage, findErrorCodes } from "../scripts/docs/errors-page.ts";
import type { JsonSchema } from "../scripts/docs/schema-words.ts";
import { generatedFiles } from "../scripts/make-docs.ts";
import { BLOCKS } from "../src/blocks/block-list.ts";
import { CORE } from "../src/blocks/registry/core.ts";
import { listBlocks } from "../src/daemon/commands/block-list.ts";
import { schemaOf } from "../src/daemon/commands/json-schema.ts";
import { parseConfig, readConfig } from "../src/daemon/config/config.ts";
import { compile } from "../src/library.ts";
import { PAYLOAD_NAMES, payloadSchema } from "../src/publish/messages/schemas.ts";

// The texts tell the truth as far as a program can see.

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const README = read("README.md");
const PAGES = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "demo/README.md", ...pagesOf("docs")];

describe("generated files", () => {
  it.each([...generatedFiles()])("%s is what `npm run docs` writes", (path, text) => {
    expect(read(path)).toBe(text);
  });

  it.each(["schemas", "docs/reference/blocks"])("%s has no file that is not generated", (folder) => {
    const made = [...generatedFiles().keys()];
    expect(readdirSync(ROOT + folder).filter((name) => !made.includes(`${folder}/${name}`))).toEqual([]);
  });
});

describe("the pictures of drawing blocks", () => {
  it("show every type that runs, and are small", () => {
    const shown = Object.values(SHEETS).flatMap((samples) => samples.map(({ type }) => `roboflow_core/${type}`));
    const drawing = BLOCKS.filter(
      ({ category, ports }) => category === "visualization" && (ports["image"] ?? ports["images"]),
    );
    expect(drawing.map(({ type }) => type).filter((type) => !shown.includes(type))).toEqual([]);
    const sizes = Object.keys(SHEETS).map((name) => statSync(join(ROOT, `docs/reference/drawing/${name}.webp`)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(600_000);
  });
});

describe("the page of error codes", () => {
  it("lists the codes of the source and no others", () => {
    expect(Object.keys(ERROR_CODES).toSorted()).toEqual([...findErrorCodes(`${ROOT}src`)].toSorted());
    for (const code of findErrorCodes(`${ROOT}src`)) expect(errorsPage()).toContain(`\`${code}\``);
  });
});

describe.each(Object.entries(ENTRIES))("the exports of %s", (_, entry) => {
  it("are documented, with every member", () => {
    expect(apiModel(entry).length).toBeGreaterThan(10);
    expect(undocumented(apiModel(entry))).toEqual([]);
  });
});

describe.each(PAGES)("%s", (page) => {
  it("links to files that exist", () => {
    const links = Array.from(read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g), ([, link = ""]) => link);
    const local = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(local.filter((link) => !existsSync(resolve(ROOT, dirname(page), link)))).toEqual([]);
  });

  it("names commands and scripts that exist", () => {
    const text = read(page);
    const commands = Array.from(
      text.matchAll(/[`\n ]millrace ([a-z]+)\b(?=[^`\n]*`| [A-Z<[-]|\n)/g),
      ([, name = ""]) => name,
    );
    const scripts = Array.from(text.matchAll(/npm run ([a-z]+)/g), ([, name = ""]) => name);
    const known = Object.keys((JSON.parse(read("package.json")) as { scripts: object }).scripts);
    expect(commands.filter((name) => !COMMANDS.includes(name) && name !== "help")).toEqual([]);
    expect(scripts.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe("words", () => {
  const texts = new Map(textFiles().map((path) => [path, read(path)]));

  it("of the glossary are in use in the sources and the pages", () => {
    const terms = Array.from(read("docs/glossary.md").matchAll(/^\| ([a-z][a-z ]+) \|/gm), ([, term = ""]) => term);
    expect(terms.length).toBeGreaterThan(24);
    const used = [...texts].filter(([path]) => path !== "docs/glossary.md" && /^(src|docs|README)/.test(path));
    const isUsed = (term: string) => used.some(([, text]) => new RegExp(`\\b${term}s?\\b`, "i").test(text));
    expect(terms.filter((term) => !isUsed(term))).toEqual([]);
  });

  it("are plain: messages, comments, titles and pages name the actor and use the terms of the field", () => {
    const found = [...texts].flatMap(([path, text]) => {
      if (!UNCLEAR_ANY.test(text)) return [];
      return text.split("\n").flatMap((line, i) =>
        UNCLEAR.flatMap(([phrase, instead]) => {
          const [match] = phrase.exec(line) ?? [];
          return match === undefined ? [] : [`${path}:${i + 1}: "${match}"; write ${instead}`];
        }),
      );
    });
    expect(found).toEqual([]);
  });
});

describe("README.md", () => {
  it("lists every command", () => {
    expect(COMMANDS.filter((name) => !README.includes(`| \`millrace ${name}`))).toEqual([]);
  });

  it("shows a config and a workflow that go together", async () => {
    const folder = await mkdtemp(join(tmpdir(), "millrace-readme-"));
    try {
      const [config = ""] = blocksOf(README, "yaml");
      const [workflow = ""] = blocksOf(README, "json").filter((text) => text.includes('"steps"'));
      await writeFile(join(folder, "my.yaml"), config);
      await writeFile(join(folder, "people.json"), workflow);
      const environment = { GATE_PASSWORD: "secret" };
      const { pipelines, models } = await readConfig(join(folder, "my.yaml"), environment);
      const plan = compile(JSON.parse(workflow));
      for (const model of plan.models) expect(Object.keys(models)).toContain("id" in model ? model.id : "");
      expect(Object.values(pipelines).map((pipeline) => pipeline.workflow)).toEqual([join(folder, "people.json")]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("says how many block types run", () => {
    const types = listBlocks(CORE);
    const shown = /Of (\d+) block types that it knows, (\d+) run\./.exec(README)?.slice(1).map(Number);
    expect(shown).toEqual([types.length, types.filter(({ runs }) => runs).length]);
  });

  it("has the figures of the demo's model that were measured with it", () => {
    const measured = /^\| (0\.\d+) \| (0\.\d+) \| (0\.\d+) \|$/m.exec(read("demo/README.md"))?.slice(1);
    const shown = /precision of (0\.\d+), a recall of (0\.\d+) and an mAP50 of\s(0\.\d+)/.exec(README)?.slice(1);
    expect(measured).toHaveLength(3);
    expect(shown).toEqual(measured);
  });
});

describe("docs/troubleshooting.md", () => {
  const page = read("docs/troubleshooting.md");

  it("names error codes that exist", () => {
    const codes = Array.from(page.matchAll(/`([A-Z][A-Z_]+_[A-Z_]+)`/g), ([, code = ""]) => code);
    expect(codes.length).toBeGreaterThan(15);
    expect(codes.filter((code) => !Object.hasOwn(ERROR_CODES, code))).toEqual([]);
  });

  it("names every reason for which a camera is offline and a frame is dropped", () => {
    const codes = Object.keys(ERROR_CODES).filter((code) => /^STREAM_(?!BAD_NUT|FFMPEG|DECODER|GEOMETRY)/.test(code));
    const [, reasons = ""] = /export type DropReason =(.*?);/s.exec(read("src/stream/ledger.ts")) ?? [];
    const names = [...codes, ...Array.from(reasons.matchAll(/"(\w+)"/g), ([, name = ""]) => name)];
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

describe("docs/mqtt.md", () => {
  it("shows payloads that their schemas accept", () => {
    const payloads = blocksOf(read("docs/mqtt.md"), "json").filter((text) => text.includes('"schema": "millrace.'));
    expect(payloads).not.toEqual([]);
    for (const text of payloads) {
      const payload = JSON.parse(text) as { schema: string };
      const name = PAYLOAD_NAMES.find((known) => payload.schema.startsWith(`millrace.${known}/`));
      const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(payloadSchema(name ?? "result"));
      expect(validate(payload) ? [] : validate.errors).toEqual([]);
    }
  });
});

describe("config/example.yaml", () => {
  const text = read("config/example.yaml");
  const everything = text.replace(/^(\s*)# ([a-z0-9_]+: .*)$/gm, "$1$2");
  const environment = {
    MQTT_PASSWORD: "secret",
    GATE_PASSWORD: "secret",
    MODELS_PASSWORD: "secret",
    HTTP_TOKEN: "0123456789abcdef",
  };
  const schema = schemaOf("config") as JsonSchema;

  it.each([
    ["as it is", text],
    // A password comes from one place, and so does a model; a zone has one outline.
    ["with every key in use", everything.replace(/^ *(password_file|path|line):.*\n/gm, "")],
  ])("is a config without fault %s", (_, content) => {
    expect(parseConfig(content, environment).issues).toEqual([]);
  });

  it("has every key of the schema", () => {
    const document: unknown = parseDocument(everything).toJS();
    const keys = keysOf(schema, document);
    const used = new Set(keys.flatMap(({ path, value }) => (value === undefined ? [] : [path])));
    expect(keys.map(({ path }) => path).filter((path) => !used.has(path))).toEqual([]);
  });

  it("has the keys in use at their defaults", () => {
    const document: unknown = parseDocument(text).toJS();
    for (const { path, schema: key, value } of keysOf(schema, document)) {
      const isSimple = typeof key.default !== "object" || Array.isArray(key.default);
      if (value !== undefined && key.default !== undefined && isSimple)
        expect({ [path]: value }).toEqual({ [path]: key.default });
    }
  });
});

/** Keys of the schema with what a document has there; any entry of a map counts for all. */
function keysOf(schema: JsonSchema, value: unknown, path = ""): { path: string; schema: JsonSchema; value: unknown }[] {
  const object = schema.anyOf?.find(({ properties }) => properties !== undefined) ?? schema;
  const values = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const own = Object.entries(object.properties ?? {}).flatMap(([key, inner]) => [
    { path: `${path}/${key}`, schema: inner, value: values[key] },
    ...keysOf(inner, values[key], `${path}/${key}`),
  ]);
  const entry = object.additionalProperties;
  if (typeof entry !== "object" || entry.properties === undefined) return own;
  return [...own, ...Object.values(values).flatMap((item) => keysOf(entry, item, `${path}/*`))];
}

/** Phrases that hide who does what, and what to write instead. */
const UNCLEAR: readonly (readonly [RegExp, string])[] = [
  [/\b(is|are|was|were|be|been) told\b|\btold of\b/i, "who gets what, or: is reported, is logged"],
  [/\banew\b/i, "again"],
  [/\bleft alone\b|\blea(ve|ves|ving) (it|them|that|those|\w+s) alone\b/i, "suspended, not called, unchanged"],
  [/\bof before\b(?!\))/i, "old, previous"],
  [/\bnobody\b|\bsomebody\b|\bsomeone\b/i, "the actor: the user, a client, a viewer, no plugin"],
  [/\bstands? for\b/i, "means, replaces, is"],
  [/\bwhat is there\b/i, "the noun"],
  [/\bput(s|ting)? away\b/i, "evicts"],
  [/\bhears? of\b/i, "gets, sees, is reported to"],
];
const UNCLEAR_ANY = new RegExp(UNCLEAR.map(([phrase]) => `(?:${phrase.source})`).join("|"), "i");

/** Sources, tests and pages; the list above is in this file. */
function textFiles(): string[] {
  const folders = ["src", "test", "scripts", "bench", "docs", "config", "demo", "examples"].flatMap((folder) =>
    readdirSync(ROOT + folder, { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
  );
  const own = folders.filter(
    (path) => /\.(ts|py|md|yaml)$/.test(path) && !/node_modules|test\/docs\.test\.ts/.test(path),
  );
  return [...own, "README.md", "CONTRIBUTING.md", "CHANGELOG.md"];
}

/** One file of `src/cli` for each command. */
const COMMANDS = readdirSync(`${ROOT}src/cli`)
  .filter((name) => /export function add[A-Z]/.test(read(`src/cli/${name}`)))
  .map((name) => name.replace(".ts", ""));

function blocksOf(text: string, language: string): string[] {
  return Array.from(
    text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "gm")),
    ([, block = ""]) => block,
  );
}

function pagesOf(folder: string): string[] {
  const names = readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".md")).map((name) => `${folder}/${name}`);
}

function read(path: string): string {
  return readFileSync(`${ROOT}${path}`, "utf8");
}
