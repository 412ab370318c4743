import { type MillraceError, StepError } from "../../base/errors.ts";
import type { BlockCode } from "../../blocks/contract/code.ts";
import { valueKind } from "../ipc/value-kind.ts";
import { type CodePart, PART_NAMES, type UserFrame } from "./code-trace.ts";
import { excerpt } from "./excerpt.ts";

/** The call that failed. */
export interface FailedCall {
  /** What `run` was given, null when it was not called yet. */
  inputs: Readonly<Record<string, unknown>> | null;
  /** What the code printed in the call. */
  printed: string;
}

const CONTEXT_LINES = 10;
const MOST_INPUTS = 20;
const MOST_PRINTED_LINES = 20;
const MOST_PRINTED = 2000;

/**
 * The same error with what helps to find the fault: `details` get block, language, lines of the code as it was written,
 * kinds of the inputs and what was printed; `details.report` has it as lines for people.
 */
export function explained(code: BlockCode, error: MillraceError, call: FailedCall): StepError {
  const facts = {
    ...error.details,
    block: code.blockType,
    language: languageOf(code),
    ...(call.inputs === null ? {} : { inputs: kindsOf(call.inputs) }),
    ...(call.printed === "" ? {} : { output: call.printed }),
  };
  const frames = (error.details["frames"] ?? []) as readonly UserFrame[];
  const context = contextOf(code, frames[0]);
  const details = { ...facts, ...(context === null ? {} : { context }), report: reportOf(code, facts, frames) };
  return new StepError(error.code, error.message, details, { cause: error.cause ?? error });
}

interface Facts {
  language: string;
  inputs?: Readonly<Record<string, string>>;
  output?: string;
}

function languageOf(code: Pick<BlockCode, "language" | "written">): string {
  if (code.language === "python") return "Python";
  return code.written === undefined ? "JavaScript" : "TypeScript";
}

function kindsOf(inputs: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(inputs).slice(0, MOST_INPUTS);
  return Object.fromEntries(entries.map(([name, value]) => [name, valueKind(value)]));
}

/** The text as the user wrote it, types and all. */
function textOf({ written, source, initSource, imports }: BlockCode, part: CodePart): string {
  if (part === "imports") return imports.join("\n");
  const script = written ?? { source, initSource };
  return part === "run" ? script.source : (script.initSource ?? "");
}

/** Lines around the fault, the number of the first before them. */
function contextOf(code: BlockCode, frame: UserFrame | undefined): { first: number; lines: string[] } | null {
  if (frame === undefined) return null;
  const first = Math.max(1, frame.line - CONTEXT_LINES);
  return {
    first,
    lines: textOf(code, frame.part)
      .split(/\r?\n/)
      .slice(first - 1, frame.line + CONTEXT_LINES),
  };
}

function reportOf(code: BlockCode, { language, inputs, output }: Facts, frames: readonly UserFrame[]): string {
  const [inner, ...outer] = frames;
  const file = inner?.part === "run" && code.file !== undefined ? ` (${code.file}:${inner.line})` : "";
  const place = `${language} code of "${code.blockType}"${file}${inner?.function ? `, in ${inner.function}` : ""}`;
  const lines = inner === undefined ? [place] : [`${place}:`, ...excerpt(textOf(code, inner.part), inner).split("\n")];
  lines.push(...calledFrom(outer));
  if (inputs !== undefined) {
    const kinds = Object.entries(inputs).map(([name, kind]) => `${name}: ${kind}`);
    lines.push(`inputs: ${kinds.join("; ") || "none"}`);
  }
  if (output !== undefined) lines.push("printed:", ...lastLines(output));
  return lines.map((line) => `    ${line}`.trimEnd()).join("\n");
}

/** A function that calls itself is reported once. */
function calledFrom(frames: readonly UserFrame[]): string[] {
  const lines: { text: string; times: number }[] = [];
  for (const frame of frames) {
    const text = `called from ${frameText(frame)}`;
    const last = lines.at(-1);
    if (last?.text === text) last.times++;
    else lines.push({ text, times: 1 });
  }
  return lines.map(({ text, times }) => (times === 1 ? text : `${text} (${times} times)`));
}

function frameText({ function: name, line, column, part }: UserFrame): string {
  const place = `line ${line}${column === null ? "" : `, column ${column}`}${PART_NAMES[part]}`;
  return name === "" ? place : `${name}, ${place}`;
}

function lastLines(output: string): string[] {
  const lines = output.slice(-MOST_PRINTED).split("\n");
  return lines.slice(-MOST_PRINTED_LINES).map((line) => `  ${line}`);
}
