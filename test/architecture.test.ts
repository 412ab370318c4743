import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

// What may import what. A folder may import its row and itself; `folder/file` allows that file alone.

const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  // Kernels on pixels; they know neither images nor blocks.
  vision: ["base"],
  // Points and polygons in the plane.
  geometry: [],
  kinds: ["base", "vision", "geometry"],
  definition: ["base", "kinds"],
  // These three know values, but neither blocks nor definitions.
  query: ["base", "kinds"],
  tracking: ["kinds", "geometry"],
  drawing: ["base", "kinds", "vision"],
  blocks: ["base", "kinds", "vision", "geometry", "query", "tracking", "drawing", "definition"],
  dynamic: ["base", "kinds", "definition", "blocks"],
  flatten: ["base", "definition"],
  effects: ["base", "blocks", "publish"],
  compiler: ["base", "kinds", "definition", "blocks"],
  engine: ["base", "kinds", "blocks", "compiler/plan.ts"],
  expansion: ["base", "kinds", "definition", "blocks", "dynamic", "flatten", "compiler", "engine"],
  inference: ["base", "kinds", "vision", "geometry"],
  stream: ["base", "kinds"],
  publish: ["base", "kinds"],
  dsl: ["base", "kinds", "definition", "blocks", "dynamic", "compiler", "engine", "expansion", "effects"],
  daemon: [
    "vision",
    "base",
    "kinds",
    "geometry",
    "definition",
    "flatten",
    "blocks",
    "dynamic",
    "effects",
    "compiler",
    "engine",
    "expansion",
    "inference",
    "stream",
    "publish",
  ],
  demo: ["base", "kinds", "stream"],
  // Measures what the others do, so it may open any of them.
  bench: [
    "base",
    "kinds",
    "definition",
    "blocks",
    "dynamic",
    "effects",
    "compiler",
    "engine",
    "expansion",
    "inference",
    "stream",
    "publish",
    "daemon",
    "demo",
  ],
  // Runs workflows as the daemon does.
  casebook: ["base", "kinds", "blocks", "dynamic", "effects", "compiler", "engine", "inference", "daemon"],
  // Tests of plugins and families; it opens what they are part of.
  kit: [
    "base",
    "kinds",
    "blocks",
    "dynamic",
    "effects",
    "compiler",
    "engine",
    "expansion",
    "inference",
    "daemon",
    "casebook",
  ],
  cli: ["base", "daemon", "demo", "bench", "casebook"],
};

/** Rooms of the largest folders, and which others of the folder each may import; files beside the rooms may import them all. */
const ROOMS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  daemon: {
    config: ["host"],
    supervisor: [],
    host: [],
    timing: [],
    report: ["supervisor", "host", "timing"],
    archive: ["config", "worker", "report"],
    claim: ["config", "report"],
    models: ["report", "plugins", "timing"],
    plugins: ["input"],
    input: ["config"],
    zones: ["config"],
    prepare: ["config", "models", "plugins", "input", "zones"],
    worker: ["config", "models", "plugins", "input", "supervisor", "timing"],
    reload: ["config", "prepare", "claim", "report"],
    pipeline: ["host", "report", "worker", "config", "prepare", "reload", "models"],
    discovery: ["config", "prepare", "worker", "report"],
    control: ["config", "prepare", "reload", "report", "input", "zones"],
    video: ["prepare", "pipeline", "worker", "report"],
    embedded: ["commands", "config", "input", "models", "plugins", "prepare", "pipeline", "report", "worker"],
    commands: ["host", "plugins", "worker", "config", "prepare", "input", "report", "pipeline", "models"],
    http: ["archive", "pipeline", "worker", "config", "prepare", "models", "report", "control", "zones", "timing"],
  },
  publish: {
    messages: [],
    formats: ["messages"],
    topics: [],
    report: ["messages"],
    broker: ["report", "topics"],
    spool: ["messages", "report"],
    outbox: ["messages", "report", "broker", "spool"],
  },
  dynamic: {
    ipc: [],
    report: ["ipc"],
    declare: ["report", "ipc"],
    runtime: [],
    state: ["runtime"],
    sandbox: [],
    hosts: ["runtime", "report", "declare", "state", "ipc"],
    process: ["sandbox", "hosts", "report", "declare", "ipc", "runtime", "state"],
    code: ["runtime", "report", "state", "declare", "ipc", "process"],
    "editor-types": ["declare"],
  },
};

/** Heavy packages and the folders that may load them. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  "onnxruntime-node": ["inference"],
  "@huggingface/tokenizers": ["inference"],
  mqtt: ["publish"],
  undici: ["effects"],
  nodemailer: ["effects"],
  "@techstark/opencv-js": ["vision"],
  "zxing-wasm": ["vision"],
  qrcode: ["vision"],
  harfbuzzjs: ["drawing"],
  "clipper2-ts": ["geometry"],
  piscina: ["engine"],
  rxjs: ["stream", "daemon"],
  "fluent-ffmpeg": ["stream", "demo"],
  "@ffmpeg-installer/ffmpeg": ["stream", "demo"],
  "node-rtsp-stream": ["daemon"],
  "prom-client": ["daemon"],
  aedes: ["demo"],
  sharp: ["inference", "blocks", "daemon", "demo", "cli", "bench", "casebook"],
};

const SRC = fileURLToPath(new URL("../src", import.meta.url));

interface SourceFile {
  /** Path under `src`. */
  path: string;
  folder: string;
  text: string;
  imports: string[];
}

const IMPORT =
  /(?:^|[\s;}])(?:import|export)\s[^"';]*?from\s*"([^"]+)"|(?:^|[\s;])import\s+"([^"]+)"|\bimport\(\s*"([^"]+)"/g;

const files: SourceFile[] = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => {
    const text = readFileSync(join(SRC, path), "utf8");
    const imports = [...text.matchAll(IMPORT)].map(([, from, only, later]) => from ?? only ?? later ?? "");
    return { path, folder: path.includes("/") ? (path.split("/")[0] ?? "") : "", text, imports };
  });

/** Imports from other folders of `src`, as paths under it. */
function foreign({ path, folder, imports }: SourceFile): string[] {
  return imports
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => relative(SRC, join(SRC, dirname(path), specifier)))
    .filter((target) => !target.startsWith(`${folder}/`));
}

/** Files that a file loads as it starts, itself included; types are gone by then, and `import()` comes later. */
function loadedBy(path: string, seen = new Set<string>()): string[] {
  if (seen.has(path)) return [];
  seen.add(path);
  const text = files.find((file) => file.path === path)?.text ?? "";
  const values = text.matchAll(/^(?:import|export) (?!type )[^;]*?from "(\.[^"]+)";/gm);
  const targets = [...values].filter(([line]) => !ONLY_TYPES.test(line));
  return [path, ...targets.flatMap(([, to = ""]) => loadedBy(relative(SRC, join(SRC, dirname(path), to)), seen))];
}

/** Packages that these files load, in the order of their names. */
function packagesOf(paths: readonly string[]): string[] {
  const loading = files.filter(({ path }) => paths.includes(path));
  return [...new Set(loading.flatMap(({ text }) => valuePackages(text)))].sort();
}

function valuePackages(text: string): string[] {
  const imports = [...text.matchAll(/^(?:import|export) (?!type )[^;]*?from "([^."][^"]*)";/gm)];
  return imports.flatMap(([line, name = ""]) =>
    ONLY_TYPES.test(line) || name.startsWith("node:") ? [] : packageOf(name),
  );
}

const ONLY_TYPES = /^(?:import|export) \{(?:\s*type [^,}]+,?)+\s*\}/;

function packageOf(specifier: string): string {
  const [scope = "", name] = specifier.split("/");
  return scope.startsWith("@") ? `${scope}/${name}` : scope;
}

describe("the folders of src", () => {
  it("have a row in the table of imports", () => {
    const folders = new Set(files.map(({ folder }) => folder).filter((folder) => folder !== ""));
    expect([...folders].filter((folder) => MAY_IMPORT[folder] === undefined)).toEqual([]);
  });

  it("import what their row allows and nothing else", () => {
    const wrong = files.flatMap((file) => {
      if (file.folder === "") return [];
      const allowed = MAY_IMPORT[file.folder] ?? [];
      const found = foreign(file).filter(
        (target) => !allowed.some((row) => target === row || target.startsWith(`${row}/`)),
      );
      return found.map((target) => `${file.path} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it("have rooms that import what their row allows and nothing else", () => {
    const wrong = files.flatMap(({ path, folder, imports }) => {
      const rooms = ROOMS[folder];
      const room = path.split("/").at(1) ?? "";
      if (rooms === undefined || !path.slice(folder.length + 1).includes("/")) return [];
      const targets = imports
        .filter((specifier) => specifier.startsWith("."))
        .map((specifier) => relative(SRC, join(SRC, dirname(path), specifier)))
        .filter((target) => target.startsWith(`${folder}/`) && !target.startsWith(`${folder}/${room}/`));
      const allowed = rooms[room] ?? [];
      return targets
        .filter((target) => !allowed.some((name) => target.startsWith(`${folder}/${name}/`)))
        .map((target) => `${path} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it("have blocks that ask services for ids, times, files and the network", () => {
    const doors = /^node:(fs|net|tls|dgram|dns|http|https|http2|child_process|os)\b/;
    const world =
      /\bMath\.random\b|\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bprocess\.|(?<![.\w])fetch\(|\brandomUUID\b/;
    const blocks = files.filter(({ folder }) => folder === "blocks");
    const wrong = blocks.flatMap(({ path, text, imports }) => {
      const reached = imports.filter((name) => doors.test(name));
      const asked = world.exec(text);
      return [...reached, ...(asked === null ? [] : asked)].map((what) => `${path} uses ${what}`);
    });
    expect(wrong, 'see blocks/contract/services.ts: needs: ["ids", "time", "files", "http", "environment"]').toEqual(
      [],
    );
  });

  it("leave each heavy package to its owners", () => {
    const wrong = files.flatMap(({ path, folder, imports }) => {
      const owned = imports.map(packageOf).filter((name) => OWNERS[name] !== undefined);
      return owned.filter((name) => !OWNERS[name]?.includes(folder)).map((name) => `${path} imports ${name}`);
    });
    expect(wrong).toEqual([]);
  });

  it("keep the blocks out of the threads of models, whose heap is gone through for every few outputs", () => {
    const loaded = loadedBy("daemon/models/session-worker.ts");
    expect(loaded).toContain("inference/open-model.ts");
    expect(loaded.filter((path) => /^(blocks|compiler|engine|dynamic|publish)\//.test(path))).toEqual([]);
    expect(packagesOf(loaded)).toEqual(["onnxruntime-node", "protobufjs"]);
  });

  it("keep the encoder of pictures out of the threads of workflows until one is wanted", () => {
    expect(packagesOf(loadedBy("daemon/worker/workflow-worker.ts"))).toEqual(["piscina", "zod"]);
  });

  it("keep out of a command what it does not use, as every call loads it again", () => {
    const paths = loadedBy("cli/validate.ts");
    expect(paths).toContain("compiler/compile.ts");
    expect(packagesOf(paths)).toEqual(["zod"]);
  });

  it("say in every import which file it is", () => {
    const wrong = files.flatMap(({ path, imports }) => {
      const vague = imports.filter((specifier) => specifier.startsWith(".") && !/\.(ts|json)$/.test(specifier));
      return vague.map((specifier) => `${path} imports ${specifier}`);
    });
    expect(wrong).toEqual([]);
  });
});

describe("the files of src", () => {
  it("have no index", () => {
    expect(files.filter(({ path }) => /(^|\/)index\.ts$/.test(path)).map(({ path }) => path)).toEqual([]);
  });

  it("export nothing by default, but for the entries of worker threads and what packages without types export", () => {
    const named = files.filter(({ path }) => !/(^|\/)([^/]+-)?worker\.ts$/.test(path) && !path.endsWith(".d.ts"));
    expect(named.filter(({ text }) => /^export default\b|\bas default\b/m.test(text)).map(({ path }) => path)).toEqual(
      [],
    );
  });

  it("throw errors that have a code", () => {
    expect(files.filter(({ text }) => /\bnew Error\(/.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it("are named after what is in them", () => {
    const vague = /(^|\/)(utils?|helpers?|common|types?|managers?|services?|impl)(\/|\.ts$)/;
    // The interfaces that blocks ask for are the services of the language of blocks; a command has the name of its file.
    const meant = ["blocks/contract/services.ts", "cli/service.ts"];
    const wrong = files.filter(({ path }) => vague.test(path) && !meant.includes(path));
    expect(wrong.map(({ path }) => path)).toEqual([]);
    expect(files.filter(({ path }) => /[A-Z_ ]/.test(path)).map(({ path }) => path)).toEqual([]);
  });
});
