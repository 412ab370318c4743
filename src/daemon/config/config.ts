import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Document, LineCounter, parseDocument, visit } from "yaml";
import type { z } from "zod";
import { shownAddress } from "../../base/address.ts";
import { decodeText } from "../../base/decode-text.ts";
import { ConfigError, messageOf } from "../../base/errors.ts";
import { fileFault } from "../../base/file-fault.ts";
import { type Issue, pointer } from "../../base/issue.ts";
import { blot } from "../../base/secrets.ts";
import { suggest } from "../../base/suggest.ts";
import { archiveIssues } from "./archive-issues.ts";
import { type AccessFault, readAccess } from "./config-access.ts";
import { placeAt, placeIn } from "./config-place.ts";
import { type Config, ConfigSchema } from "./config-schema.ts";
import { fillIn } from "./config-variables.ts";
import { hostDevice } from "./host-device.ts";
import { modelSourceIssues } from "./model-source.ts";
import { zoneCameraIssues } from "./zone-camera-issues.ts";

/** Reads a config file; throws one `ConfigError` with every fault, each with its path and line. */
export async function readConfig(path: string, environment: NodeJS.ProcessEnv = process.env): Promise<Config> {
  const bytes = await readFile(path).catch((error) => {
    throw new ConfigError("CONFIG_FILE", [{ code: "CONFIG_FILE", path: "", message: fileFault(error) }], path);
  });
  const decoded = decodeText(bytes);
  if ("fault" in decoded) {
    throw new ConfigError("CONFIG_FILE", [{ code: "CONFIG_FILE", path: "", message: decoded.fault }], path);
  }
  const { config, issues } = parseConfig(decoded.text, environment, dirname(resolve(path)));
  if (config === null) throw new ConfigError("CONFIG", issues, path);
  return resolvePaths(config, dirname(resolve(path)));
}

/** Text to config: YAML, then `${NAME}` of the environment, then the schema, then user names and passwords. */
export function parseConfig(
  text: string,
  environment: NodeJS.ProcessEnv,
  folder = ".",
): { config: Config | null; issues: Issue[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  if (document.errors.length > 0) {
    const issues = document.errors.map((error): Issue => {
      return { code: "CONFIG_YAML", path: "", message: error.message, ...placeAt(lines, error.pos[0]) };
    });
    return { config: null, issues };
  }
  const { issues, open } = substitute(document, lines, environment);
  const data = dataOf(document);
  if ("fault" in data) return { config: null, issues: [...issues, data.fault] };
  const parsed = ConfigSchema.safeParse(data.value ?? {}, { reportInput: true });
  if (!parsed.success) {
    const faults = parsed.error.issues.filter((issue) => !open.has(document.getIn(issue.path, true)));
    issues.push(...faults.flatMap((issue) => describe(issue, document, lines)));
    return { config: null, issues };
  }
  const { config, faults } = readAccess(
    { ...parsed.data, device: parsed.data.device ?? hostDevice() },
    { folder, environment },
  );
  issues.push(
    ...faults.map((fault) => accessIssue(fault, document, lines)),
    ...[...crossChecks(config), ...modelSourceIssues(config), ...archiveIssues(config)].map((issue) => ({
      ...issue,
      ...placeIn(document, lines, keysOf(issue.path)),
    })),
  );
  return { config: issues.length === 0 ? config : null, issues };
}

/** Ids of models have slashes. */
function keysOf(path: string): string[] {
  const keys = path.split("/").slice(1);
  return keys.map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function accessIssue({ path, what, hint }: AccessFault, document: Document, lines: LineCounter): Issue {
  const message = `"${path.at(-1)}" ${what}`;
  return {
    code: "CONFIG_ACCESS",
    path: pointer(path),
    message,
    ...placeIn(document, lines, path),
    ...(hint !== undefined && { hint }),
  };
}

/** Aliases are looked up only now. */
function dataOf(document: Document): { value: unknown } | { fault: Issue } {
  try {
    return { value: withoutFragments(document.toJS()) };
  } catch (error) {
    return { fault: { code: "CONFIG_YAML", path: "", message: messageOf(error) } };
  }
}

/** Keys at the top that begin with `x-` hold what anchors name, as in compose files. */
function withoutFragments(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith("x-")));
}

/** Values that faults leave open are judged no further. */
function substitute(document: Document, lines: LineCounter, environment: NodeJS.ProcessEnv) {
  const issues: Issue[] = [];
  const open = new Set<unknown>();
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value !== "string") return;
      const { text, faults } = fillIn(node.value, environment);
      const place = placeAt(lines, node.range?.[0] ?? 0);
      node.value = text;
      if (faults.length > 0) open.add(node);
      for (const { what, hint } of faults) {
        issues.push({ code: "CONFIG_ENVIRONMENT", path: "", message: what, ...place, hint });
      }
    },
  });
  return { issues, open };
}

function describe(issue: z.core.$ZodIssue, document: Document, lines: LineCounter): Issue[] {
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(issue.path);
    return issue.keys.map((key) => {
      const hint = suggest(key, known) ?? (known.length > 0 ? `known here: ${known.join(", ")}` : undefined);
      const path = [...issue.path, key];
      const message = `"${key}" is not known`;
      const place = placeIn(document, lines, path, "key");
      return { code: "CONFIG_UNKNOWN_KEY", path: pointer(path), message, ...place, ...(hint ? { hint } : {}) };
    });
  }
  const name = String(issue.path.at(-1) ?? "config");
  const place = placeIn(document, lines, issue.path);
  const refused = (what: string): Issue => {
    return { code: "CONFIG_VALUE", path: pointer(issue.path), message: `"${name}" ${what}`, ...place };
  };
  if (issue.code === "invalid_key")
    return issue.issues.map((inner) => refused(`is no possible name: ${inner.message}`));
  if (issue.input === undefined && issue.code === "invalid_type")
    return [{ ...refused("is missing"), code: "CONFIG_MISSING" }];
  if (issue.code === "custom" && issue.params !== undefined) {
    const { hint } = issue.params as { hint?: string };
    return [{ ...refused(issue.message), ...(hint === undefined ? {} : { hint }) }];
  }
  return [refused(`is ${shown(issue.input, name)}: ${ruleOf(issue)}`)];
}

/** The value found, without possible secrets: passwords, those in addresses, and contents of lists and maps. */
function shown(input: unknown, name: string): string {
  if (Array.isArray(input)) return "a list";
  if (typeof input === "object" && input !== null) return "a map";
  if (/^password/.test(name)) return `a ${typeof input}`;
  const text = typeof input === "string" && name === "url" ? shownAddress(input) : input;
  return text === null ? "a text" : blot(JSON.stringify(text));
}

function ruleOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== "invalid_union") return expectedOf(issue);
  return issue.errors.flat().map(expectedOf).join(" or ").replaceAll(" or expected ", " or ");
}

/** zod's words where they say more than that it is wrong. */
function expectedOf(issue: z.core.$ZodIssue): string {
  const words: Readonly<Record<string, string>> = { object: "a map", record: "a map", array: "a list" };
  if (issue.code === "invalid_type") return `expected ${words[issue.expected] ?? `a ${issue.expected}`}`;
  const [, rule = issue.message] = /^[^:]*: (.*)$/.exec(issue.message) ?? [];
  return rule;
}

/** Keys the schema knows at a path; record entries share one schema. */
function keysAt(path: readonly PropertyKey[]): string[] {
  let schema: unknown = ConfigSchema;
  for (const key of path) schema = child(unwrap(schema), key);
  const shape = (unwrap(schema) as { shape?: Record<string, unknown> } | undefined)?.shape;
  return shape === undefined ? [] : Object.keys(shape);
}

function child(schema: unknown, key: PropertyKey): unknown {
  const { shape, valueType } = (schema ?? {}) as { shape?: Record<PropertyKey, unknown>; valueType?: unknown };
  return shape?.[key] ?? valueType;
}

function unwrap(schema: unknown): unknown {
  const inner = (schema as { _zod?: { def?: { innerType?: unknown } } } | undefined)?._zod?.def?.innerType;
  return inner === undefined ? schema : unwrap(inner);
}

function crossChecks({ pipelines, cameras, zones }: Pick<Config, "pipelines" | "cameras" | "zones">): Issue[] {
  const issues = zoneCameraIssues(zones, Object.keys(cameras));
  const users = new Map<string, string>();
  for (const [id, pipeline] of Object.entries(pipelines)) {
    pipeline.cameras.forEach((camera, index) => {
      const path = `/pipelines/${id}/cameras/${index}`;
      const hint = suggest(camera, Object.keys(cameras));
      if (cameras[camera] === undefined) {
        const message = `pipeline "${id}": there is no camera "${camera}"`;
        issues.push({ code: "CONFIG_UNKNOWN_CAMERA", path, message, ...(hint ? { hint } : {}) });
      }
      const other = users.get(camera);
      if (other !== undefined) {
        const message = `pipeline "${id}": camera "${camera}" already feeds pipeline "${other}"`;
        issues.push({
          code: "CONFIG_CAMERA_TWICE",
          path,
          message,
          hint: "give the second pipeline a camera entry of its own",
        });
      }
      users.set(camera, id);
    });
  }
  return issues;
}

/** Paths in the file are meant from where the file is. */
function resolvePaths(config: Config, base: string): Config {
  const local = (path: string) => (/^[a-z][a-z0-9+.-]+:\/\//i.test(path) ? path : resolve(base, path));
  const entries = <T>(record: Record<string, T>, change: (value: T) => T) =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
  const optional = <K extends string>(key: K, path: string | undefined) =>
    path === undefined ? {} : { [key]: local(path) };
  const { mqtt } = config;
  return {
    ...config,
    cameras: entries(config.cameras, (camera) => ({
      ...camera,
      url: local(camera.url),
      ...optional("ca_file", camera.ca_file),
    })),
    models: entries(config.models, (model) => ({
      ...model,
      ...optional("path", model.path),
      ...(typeof model.classes === "string" ? { classes: local(model.classes) } : {}),
    })),
    pipelines: entries(config.pipelines, (pipeline) => ({
      ...pipeline,
      workflow: local(pipeline.workflow),
      video_out: pipeline.video_out.map((entry) => ({
        ...entry,
        ...optional("hls", entry.hls),
        ...optional("ca_file", entry.ca_file),
      })),
    })),
    host: { ...config.host, root: local(config.host.root) },
    ...optional("state_dir", config.state_dir),
    archive: { ...config.archive, ...optional("directory", config.archive.directory) },
    block_files: { ...config.block_files, ...optional("directory", config.block_files.directory) },
    ...(mqtt === undefined
      ? {}
      : {
          mqtt: {
            ...mqtt,
            ...optional("ca_file", mqtt.ca_file),
            ...optional("cert_file", mqtt.cert_file),
            ...optional("key_file", mqtt.key_file),
          },
        }),
  };
}
