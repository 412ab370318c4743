import { z } from "zod";
import { messageOf } from "../base/errors.ts";
import { lazy } from "../base/lazy.ts";
import { boundedMatch } from "./bounded-match.ts";
import { defineOperation, type Operation } from "./operation.ts";
import { patternOf } from "./python-pattern.ts";
import { hasSurrogates } from "./python-values.ts";
import { type Site, wrongType } from "./query-error.ts";

const regex = lazy(() =>
  z.string().superRefine((text, context) => {
    try {
      patternOf(text);
    } catch (thrown) {
      context.addIssue({ code: "custom", message: `cannot read the regular expression: ${messageOf(thrown)}` });
    }
  }),
);

/** Operations on texts. */
export const STRING_OPERATIONS: readonly Operation[] = [
  defineOperation({
    type: "StringToLowerCase",
    summary: "The text in lower case.",
    compile: (_, site) => (value) => textOf(value, site).toLowerCase(),
  }),
  defineOperation({
    type: "StringToUpperCase",
    summary: "The text in upper case.",
    compile: (_, site) => (value) => textOf(value, site).toUpperCase(),
  }),
  defineOperation({
    type: "StringSubSequence",
    summary: "The part of the text from one position up to, without, another.",
    properties: () => ({
      start: z.int().default(0).describe("First position, from 0; negative counts from the end."),
      end: z.int().default(-1).describe("Position after the last; -1 leaves out the last character."),
    }),
    compile: ({ start, end }, site) => {
      return (value) => {
        const text = textOf(value, site);
        return hasSurrogates(text) ? [...text].slice(start, end).join("") : text.slice(start, end);
      };
    },
  }),
  defineOperation({
    type: "StringMatches",
    summary: "Whether the regular expression is found anywhere in the text.",
    properties: () => ({ regex: regex().describe("Regular expression, in the spelling of Python or JavaScript.") }),
    compile: (properties, site) => {
      const isFound = boundedMatch(patternOf(properties.regex), site);
      return (value) => isFound(textOf(value, site));
    },
  }),
];

function textOf(value: unknown, site: Site): string {
  if (typeof value !== "string") throw wrongType(site, "a text", value);
  return value;
}
