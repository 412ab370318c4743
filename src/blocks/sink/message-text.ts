import { z } from "zod";
import { lazy } from "../../base/lazy.ts";
import type { PixelService } from "../../kinds/pixel-service.ts";
import { dataOperations } from "../../query/operated-data.ts";
import { PIXELS } from "../../query/operation.ts";
import { pythonText } from "../../query/python-text.ts";
import { compileOperations } from "../../query/query.ts";
import { refMap } from "../contract/fields.ts";

/** The text that a sink sends, with values in it. */
export const messageFields = lazy(() => ({
  message: z.string().describe("Text; {{ $parameters.name }} is the place of a value."),
  message_parameters: refMap(["*"], z.union([z.string(), z.number(), z.boolean()]))
    .default({})
    .describe("Values by the names of their places."),
  message_parameters_operations: dataOperations().describe("Operations on the values, by name."),
}));

export interface MessageInputs {
  message: string;
  message_parameters: Readonly<Record<string, unknown>>;
}

/** A piece of a message: the text between two places, or the value of one. */
type Piece = { text: string } | { name: string; value: unknown };

const PLACE = /\{\{\s*\$parameters\.(\w+)\s*\}\}/g;

/** Compiles the operations of a step; the function gives the pieces of a message. A place without a value stays as it is. */
export function compileMessage(operations: Readonly<Record<string, unknown>> = {}) {
  const chains = new Map(Object.entries(operations).map(([name, chain]) => [name, compileOperations(chain)] as const));
  return ({ message, message_parameters: values }: MessageInputs, pixels: PixelService): Piece[] => {
    const pieces: Piece[] = [];
    let end = 0;
    for (const found of message.matchAll(PLACE)) {
      const [place, name = ""] = found;
      if (!Object.hasOwn(values, name)) continue;
      pieces.push({ text: message.slice(end, found.index) });
      const evaluate = chains.get(name);
      const value = values[name];
      pieces.push({ name, value: evaluate === undefined ? value : evaluate(value, { [PIXELS]: pixels }) });
      end = found.index + place.length;
    }
    pieces.push({ text: message.slice(end) });
    return pieces;
  };
}

/** The message as text, values as Python writes them. */
export function textOf(pieces: readonly Piece[]): string {
  return pieces.map((piece) => ("text" in piece ? piece.text : pythonText(piece.value))).join("");
}
