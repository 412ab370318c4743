import { messageOf, StepError } from "../../base/errors.ts";
import type { BlockCode } from "../../blocks/contract/code.ts";
import { PART_NAMES, type UserFrame, userFrames } from "./code-trace.ts";

const LONGEST_MESSAGE = 4096;

/** What JavaScript threw, at the user's line and column: `Error in line 3, column 9, in run: TypeError: …`. */
export function codeError(code: BlockCode, error: unknown, where: string): StepError {
  const frames = userFrames(code, error);
  const name = error instanceof Error ? `${error.name}: ` : "";
  const what = `${placeText(frames[0], where)}: ${name}${messageOf(error)}`.slice(0, LONGEST_MESSAGE);
  const details = { ...placeDetails(frames), where };
  return new StepError("DYNAMIC_CODE", `dynamic block "${code.blockType}": ${what}`, details, { cause: error });
}

/** `Error in line 3, column 9 of the init code, in init`. */
export function placeText(frame: UserFrame | undefined, where: string): string {
  if (frame === undefined) return `Error in ${where}`;
  const column = frame.column === null ? "" : `, column ${frame.column}`;
  return `Error in line ${frame.line}${column}${PART_NAMES[frame.part]}, in ${where}`;
}

/** Where it went wrong, as details of an error: the innermost place, and how the code came there. */
export function placeDetails(frames: readonly UserFrame[]): Record<string, unknown> {
  const [inner] = frames;
  return {
    line: inner?.line ?? null,
    column: inner?.column ?? null,
    part: inner?.part ?? null,
    function: inner?.function || null,
    frames,
  };
}

/** A fault of the code that no line is to blame for. */
export function codeFault({ blockType }: BlockCode, what: string): StepError {
  return new StepError("DYNAMIC_CODE", `dynamic block "${blockType}": ${what}`);
}
