import { z } from "zod";
import { type MillraceError, StepError } from "../../base/errors.ts";
import type { BlockCode } from "../../blocks/contract/code.ts";
import { placeDetails, placeText } from "./code-error.ts";
import { explained, type FailedCall } from "./code-report.ts";
import type { UserFrame } from "./code-trace.ts";

const LONGEST_MESSAGE = 4096;
const MOST_FRAMES = 20;

/** What the process answered instead of a result. Nothing it says is taken to be more than text and numbers. */
export function answerError(header: Readonly<Record<string, unknown>>): StepError {
  const code = header["isValue"] === true ? "DYNAMIC_VALUE" : "DYNAMIC_CODE";
  const frames = framesOf(header["frames"]);
  const kind = textOf(header["class"]);
  const where = textOf(header["where"]) || "run";
  const text = `${placeText(frames[0], where)}: ${kind === "" ? "" : `${kind}: `}${textOf(header["message"])}`;
  return new StepError(code, textOf(header["told"]) || text, placeDetails(frames));
}

/** The same error with the name of the block, and what is known of the call. */
export function blockError(code: BlockCode, error: MillraceError, call: FailedCall): StepError {
  const message = `dynamic block "${code.blockType}": ${error.message}`;
  return explained(code, new StepError(error.code, message, error.details, { cause: error }), call);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.slice(0, LONGEST_MESSAGE) : "";
}

const Frame = z.object({
  function: z.string().max(200),
  part: z.enum(["run", "init", "imports"]),
  line: z.int().min(1),
  column: z.int().min(1).nullable(),
});

/** Innermost first; those that are no places are left out. */
function framesOf(frames: unknown): UserFrame[] {
  if (!Array.isArray(frames)) return [];
  return frames.slice(0, MOST_FRAMES).flatMap((frame) => Frame.safeParse(frame).data ?? []);
}
