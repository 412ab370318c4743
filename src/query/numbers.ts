import { z } from "zod";
import { LONGEST_TEXT } from "./limits.ts";
import { defineOperation, type Operation } from "./operation.ts";
import { asNumber, sizeOf } from "./python-values.ts";
import { queryError, type Site, wrongType } from "./query-error.ts";
import { roundHalfEven } from "./round-half-even.ts";

/** Operations on numbers. */
export const NUMBER_OPERATIONS: readonly Operation[] = [
  defineOperation({
    type: "ToNumber",
    summary: "The number that a text, a boolean or a number means.",
    properties: () => ({ cast_to: z.enum(["int", "float"]).describe("int cuts the fraction off.") }),
    compile: ({ cast_to }, site) => {
      return (value) => {
        const number = typeof value === "string" ? parseNumber(value) : asNumber(value);
        if (number === undefined) throw wrongType(site, "a number, a boolean or a text that is a number", value);
        if (cast_to === "float") return number;
        if (!Number.isFinite(number)) throw wrongType(site, "a finite number", value);
        return Math.trunc(number) + 0;
      };
    },
  }),
  defineOperation({
    type: "NumberRound",
    summary: "The number rounded; halves go to the even digit.",
    properties: () => ({
      decimal_digits: z.int().describe("Digits after the point; negative rounds to tens and more."),
    }),
    compile: ({ decimal_digits }, site) => {
      return (value) => roundHalfEven(numberOf(value, site), decimal_digits);
    },
  }),
  defineOperation({
    type: "Multiply",
    summary: "The number times another; a text or a list repeated that often.",
    properties: () => ({ other: z.number().describe("Factor.") }),
    compile:
      ({ other }, site) =>
      (value) => {
        const number = asNumber(value);
        return number === undefined ? repeated(value, other, site) : number * other;
      },
  }),
  defineOperation({
    type: "Divide",
    summary: "The number divided by another.",
    properties: () => ({ other: z.number().describe("Divisor; 0 is an error when data arrives.") }),
    compile: ({ other }, site) => {
      return (value) => {
        const number = numberOf(value, site);
        if (other === 0) throw queryError("InvalidInputTypeError", `cannot divide ${number} by 0`, site);
        return number / other;
      };
    },
  }),
  defineOperation({
    type: "RandomNumber",
    summary: "A random number, whatever the input.",
    properties: () => ({
      min_value: z.number().default(0).describe("Least value."),
      max_value: z.number().default(1).describe("Value that is never reached, unless it equals the least."),
    }),
    compile: ({ min_value, max_value }) => {
      const span = Math.abs(max_value - min_value);
      return () => min_value + Math.random() * span;
    },
  }),
];

function numberOf(value: unknown, site: Site): number {
  const number = asNumber(value);
  if (number === undefined) throw wrongType(site, "a number", value);
  return number;
}

const DECIMAL = /^[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[+-]?\d+(_\d+)*)?$/i;
const SPECIAL = /^([+-]?)(?:(inf(?:inity)?)|nan)$/i;

/** A text as Python's `float()` reads it, undefined where that fails. */
function parseNumber(text: string): number | undefined {
  const trimmed = text.trim();
  if (DECIMAL.test(trimmed)) return Number(trimmed.replaceAll("_", ""));
  const special = SPECIAL.exec(trimmed);
  if (special === null) return undefined;
  if (special[2] === undefined) return Number.NaN;
  return special[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function repeated(value: unknown, times: number, site: Site): unknown {
  if (!Number.isInteger(times) || !(typeof value === "string" || Array.isArray(value))) {
    throw wrongType(site, "a number, or a text or list and a whole factor", value);
  }
  const count = Math.max(0, times);
  const length = (sizeOf(value) ?? 0) * count;
  if (length > LONGEST_TEXT) {
    throw queryError("OperationError", `the result would have ${length} elements, more than ${LONGEST_TEXT}`, site);
  }
  return typeof value === "string" ? value.repeat(count) : Array.from({ length: count }, () => value).flat();
}
