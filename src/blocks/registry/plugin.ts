import { messageOf } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import { brief } from "../../definition/brief.ts";
import type { KindCodec } from "../../kinds/codec.ts";
import type { Block } from "../contract/block.ts";
import { familiesOf, type PluginFamily } from "./plugin-families.ts";

/** What the main module of a plugin package exports: any of these. */
export interface Plugin {
  /** Made by `defineBlock`. */
  blocks?: readonly Block[];
  /** Kinds by name; one that millrace has already gets the codec in place of its own. */
  kinds?: Readonly<Record<string, KindCodec>>;
  /** Families of models, made by `defineFamily`. */
  families?: readonly PluginFamily[];
  /** Initialisation parameters by name: values, or functions that make them, called once for each thread. */
  initialisers?: Readonly<Record<string, unknown>>;
}

/** A plugin and the name of the package it came in. */
export interface NamedPlugin {
  source: string;
  /** Its main module, where it came from one. */
  url?: string;
  plugin: Plugin;
}

const EXPORTS = ["blocks", "kinds", "families", "initialisers"] as const;

/** Checks what a module exports; the plugin holds what is in order. */
export function readPlugin(source: string, exported: unknown): { plugin: Plugin; issues: Issue[] } {
  const issues: Issue[] = [];
  const fault = (what: string) => issues.push(interfaceIssue(source, what));
  const { blocks, kinds, families, initialisers } = offered(exported, fault);
  const parts = [
    blocksOf(blocks, fault),
    kindsOf(kinds, fault),
    familiesOf(families, fault),
    initsOf(initialisers, fault),
  ];
  return { plugin: Object.assign({}, ...parts) as Plugin, issues };
}

type Fault = (what: string) => void;

/** A CommonJS module may offer everything as its default export. */
function offered(exported: unknown, fault: Fault): Readonly<Record<string, unknown>> {
  const module = isRecord(exported) ? exported : {};
  const found = [module, module["default"]].find(
    (candidate) => isRecord(candidate) && EXPORTS.some((name) => candidate[name] !== undefined),
  );
  if (isRecord(found)) return found;
  const names = Object.keys(module);
  fault(`exports ${names.length > 0 ? names.join(", ") : "nothing"}, expected any of ${EXPORTS.join(", ")}`);
  return {};
}

function blocksOf(blocks: unknown, fault: Fault): Pick<Plugin, "blocks"> {
  if (blocks === undefined) return {};
  if (!Array.isArray(blocks)) {
    fault(`"blocks" is ${brief(blocks)}, expected a list of blocks made by defineBlock`);
    return {};
  }
  const good = blocks.filter((block, i): block is Block => {
    const what = whatIsNoBlock(block);
    if (what !== null) fault(`"blocks"[${i}] ${what}, expected a block made by defineBlock`);
    return what === null;
  });
  return { blocks: good };
}

type Test = (value: unknown) => boolean;
const isText: Test = (value) => typeof value === "string" && value !== "";
const isCall: Test = (value) => value === null || typeof value === "function";
const isTexts: Test = (value) => Array.isArray(value) && value.every(isText);
const isFlag: Test = (value) => typeof value === "boolean";

/** The block may come from another copy of millrace, so its fields tell, not its class. */
const FIELDS: Readonly<Record<string, Test>> = {
  type: isText,
  aliases: isTexts,
  summary: isText,
  schema: (value) => isRecord(value) && isRecord(value["shape"]) && typeof value["safeParse"] === "function",
  ports: isRecord,
  synonyms: isRecord,
  outputs: (value) => isRecord(value) && Object.values(value).every(isTexts),
  dynamicOutputs: isCall,
  batches: isTexts,
  batchesOrScalars: isTexts,
  autoBatch: isTexts,
  offsets: isRecord,
  reference: (value) => value === null || isText(value),
  acceptsEmpty: isFlag,
  flow: isFlag,
  stateful: isFlag,
  sink: isFlag,
  needs: isTexts,
  example: isRecord,
  unsupported: (value) => value === null,
  prepare: isCall,
  state: isCall,
  run: isCall,
  runMany: isCall,
};

function whatIsNoBlock(block: unknown): string | null {
  if (!isRecord(block)) return `is ${brief(block)}`;
  for (const [name, test] of Object.entries(FIELDS)) {
    const what = whatIsWrong(block, name, test);
    if (what !== null) return what;
  }
  return null;
}

/** Fields that are made when they are first read may throw. */
function whatIsWrong(block: Readonly<Record<string, unknown>>, name: string, test: Test): string | null {
  try {
    if (test(block[name])) return null;
  } catch (error) {
    return `throws for "${name}": ${messageOf(error)}`;
  }
  return block[name] === undefined ? `has no "${name}"` : `has ${brief(block[name])} for "${name}"`;
}

function kindsOf(kinds: unknown, fault: Fault): Pick<Plugin, "kinds"> {
  if (kinds === undefined) return {};
  if (!isRecord(kinds)) {
    fault(`"kinds" is ${brief(kinds)}, expected an object of kinds by name`);
    return {};
  }
  const good = Object.entries(kinds).filter((entry): entry is [string, KindCodec] => {
    const [name, codec] = entry;
    const wrong = isRecord(codec) ? CODEC.filter((key) => !isOptionalCall(codec[key])) : null;
    if (wrong === null) fault(`"kinds"."${name}" is ${brief(codec)}, expected an object with serialise or deserialise`);
    for (const key of wrong ?? []) {
      fault(`"kinds"."${name}"."${key}" is ${brief((codec as Record<string, unknown>)[key])}, expected a function`);
    }
    return wrong?.length === 0;
  });
  return { kinds: Object.fromEntries(good) };
}

const CODEC = ["serialise", "deserialise"] as const;

function isOptionalCall(value: unknown): boolean {
  return value === undefined || typeof value === "function";
}

function initsOf(initialisers: unknown, fault: Fault): Pick<Plugin, "initialisers"> {
  if (initialisers === undefined) return {};
  if (isRecord(initialisers)) return { initialisers };
  fault(`"initialisers" is ${brief(initialisers)}, expected an object of values or functions by name`);
  return {};
}

function interfaceIssue(source: string, what: string): Issue {
  const message = `plugin "${source}": ${what}`;
  return { code: "PLUGIN_INTERFACE", class: "PluginInterfaceError", path: "", message };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
