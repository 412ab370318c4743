import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Document, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import { decodeText } from "../../base/decode-text.ts";
import { ConfigError, messageOf } from "../../base/errors.ts";
import { fileFault } from "../../base/file-fault.ts";
import { type Issue, pointer } from "../../base/issue.ts";
import { archiveIssues } from "./archive-issues.ts";
import { completeCameras } from "./camera-streams.ts";
import { type AccessFault, readAccess } from "./config-access.ts";
import { placeAt, placeIn } from "./config-place.ts";
import { fillIn } from "./config-variables.ts";
import { crossChecks } from "./cross-checks.ts";
import { hostDevice } from "./host-device.ts";
import { modelSourceIssues } from "./model-source.ts";
import { resolvePaths } from "./resolve-paths.ts";
import { type Config, ConfigSchema } from "./schema/config-schema.ts";
import { type PlaceOf, schemaIssues } from "./schema-issues.ts";
import { idsLeftOut, type SoundPart, soundPart, withoutRefused } from "./sound-part.ts";

/** A config file as it was read. */
export interface ParsedConfig {
  /** Null where there are faults. */
  config: Config | null;
  issues: Issue[];
  /** What is in order of a config that has faults, null where nothing can be judged by it. */
  sound: SoundPart | null;
  /** Gives faults their line, by their path. */
  placed: (issues: readonly Issue[]) => Issue[];
}

/** Reads a config file; throws one `ConfigError` with every fault, each with its path and line. */
export async function readConfig(path: string, environment: NodeJS.ProcessEnv = process.env): Promise<Config> {
  const { config, issues } = await readConfigFile(path, environment);
  if (config === null) throw new ConfigError("CONFIG", issues, path);
  return config;
}

/** Reads a config file with all its faults; throws a `ConfigError` only where it is no text at all. */
export async function readConfigFile(path: string, environment: NodeJS.ProcessEnv): Promise<ParsedConfig> {
  const bytes = await readFile(path).catch((error) => {
    throw new ConfigError("CONFIG_FILE", [{ code: "CONFIG_FILE", path: "", message: fileFault(error) }], path);
  });
  const decoded = decodeText(bytes);
  if ("fault" in decoded) {
    throw new ConfigError("CONFIG_FILE", [{ code: "CONFIG_FILE", path: "", message: decoded.fault }], path);
  }
  const folder = dirname(resolve(path));
  const { config, sound, ...read } = parseConfig(decoded.text, environment, folder);
  return {
    ...read,
    config: config && resolvePaths(config, folder),
    sound: sound && { ...sound, config: resolvePaths(sound.config, folder) },
  };
}

/** Text to config: YAML, then `${NAME}` of the environment, then the schema, then user names and passwords. */
export function parseConfig(text: string, environment: NodeJS.ProcessEnv, folder = "."): ParsedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const placed = (issues: readonly Issue[]) => issues.map((issue) => withPlace(issue, document, lines));
  const unread = { config: null, sound: null, placed };
  if (document.errors.length > 0) {
    const issues = document.errors.map((error): Issue => {
      return { code: "CONFIG_YAML", path: "", message: error.message, ...placeAt(lines, error.pos[0]) };
    });
    return { ...unread, issues };
  }
  const { issues, open } = substitute(document, lines, environment);
  const data = dataOf(document);
  if ("fault" in data) return { ...unread, issues: [...issues, data.fault] };
  const whole = ConfigSchema.safeParse(data.value ?? {}, { reportInput: true });
  const refused = (whole.error?.issues ?? []).filter((issue) => !open.has(document.getIn(issue.path, true)));
  const placeOf: PlaceOf = (path, part) => placeIn(document, lines, path, part);
  issues.push(...refused.flatMap((issue) => schemaIssues(issue, placeOf)));
  const left = [
    ...open.values(),
    ...refused.filter(({ code }) => code !== "unrecognized_keys").map(({ path }) => path),
  ];
  const parsed =
    whole.success && open.size === 0 ? whole : ConfigSchema.safeParse(withoutRefused(data.value, refused, left));
  if (!parsed.success) return { ...unread, issues };
  const streams = completeCameras(parsed.data.cameras, { document: data.value, leftOut: idsLeftOut("cameras", left) });
  left.push(...streams.left);
  const { config, faults } = readAccess(
    { ...parsed.data, device: parsed.data.device ?? hostDevice(), cameras: streams.cameras },
    { folder, environment },
  );
  const sources = modelSourceIssues(config);
  issues.push(
    ...faults.filter(({ path }) => !isOfStream(path, config)).map((fault) => accessIssue(fault, document, lines)),
    ...placed([
      ...streams.issues,
      ...crossChecks(config, idsLeftOut("cameras", left)),
      ...sources,
      ...archiveIssues(config),
    ]),
  );
  if (issues.length === 0) return { config, issues, sound: null, placed };
  const wrong = [...faults.map(({ path }) => path), ...sources.map(({ path }) => keysOf(path))];
  return { config: null, issues, sound: soundPart(config, wrong, left), placed };
}

function withPlace(issue: Issue, document: Document, lines: LineCounter): Issue {
  return issue.line !== undefined || issue.path === ""
    ? issue
    : { ...issue, ...placeIn(document, lines, keysOf(issue.path)) };
}

/** What is wrong with the stream of another camera is said there. */
function isOfStream([map, id = ""]: readonly string[], { cameras }: Config): boolean {
  return map === "cameras" && cameras[id]?.stream_of !== undefined;
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

/** Values that faults leave open are judged no further; they are known by their nodes, with their paths. */
function substitute(document: Document, lines: LineCounter, environment: NodeJS.ProcessEnv) {
  const issues: Issue[] = [];
  const open = new Map<unknown, string[]>();
  visit(document, {
    Scalar(_, node, parents) {
      if (typeof node.value !== "string") return;
      const { text, faults } = fillIn(node.value, environment);
      const place = placeAt(lines, node.range?.[0] ?? 0);
      node.value = text;
      if (faults.length > 0) open.set(node, keysTo(node, parents));
      for (const { what, hint } of faults) {
        issues.push({ code: "CONFIG_ENVIRONMENT", path: "", message: what, ...place, hint });
      }
    },
  });
  return { issues, open };
}

function keysTo(node: unknown, parents: readonly unknown[]): string[] {
  return [...parents, node].flatMap((parent, i, chain) => {
    if (isPair(parent) && isScalar(parent.key)) return [String(parent.key.value)];
    return isSeq(parent) ? [String(parent.items.indexOf(chain[i + 1]))] : [];
  });
}
