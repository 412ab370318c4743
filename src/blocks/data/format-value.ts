import { StepError } from "../../base/errors.ts";
import { pythonText } from "../../query/python-text.ts";
import { asNumber } from "../../query/python-values.ts";
import { describeValue } from "../../query/query-error.ts";
import { roundHalfEven } from "../../query/round-half-even.ts";

interface Format {
  fill: string;
  align: string;
  sign: string;
  alternate: boolean;
  width: number;
  grouping: string;
  precision: number | null;
  type: string;
}

const FORMAT = /^(?:([\s\S])?([<>=^]))?([+\- ])?(#)?(0)?(\d+)?([_,])?(?:\.(\d+))?([a-zA-Z%])?$/u;
const WIDEST = 10_000;
const MOST_DIGITS = 100;

/** A value by Python's format language, as `>8.2f`. A number without fraction is an integer. */
export function formatValue(value: unknown, spec: string): string {
  if (spec === "") return pythonText(value);
  const format = parseFormat(spec);
  if (typeof value === "string") return formatText(value, format, spec);
  const number = asNumber(value);
  if (number === undefined)
    throw templateError(`the format "${spec}" takes a text or number, got ${describeValue(value)}`);
  return padded(formatNumber(number, format, spec), format, ">");
}

export function templateError(message: string): StepError {
  return new StepError("TEMPLATE_FAILED", message);
}

function parseFormat(spec: string): Format {
  const found = FORMAT.exec(spec);
  if (found === null) throw templateError(`cannot read the format "${spec}"`);
  const [, fill, align, sign = "-", alternate, zero, width, grouping = "", precision, type = ""] = found;
  if (zero !== undefined && grouping !== "")
    throw templateError(`the format "${spec}" both groups and pads with zeros`);
  const format: Format = {
    fill: fill ?? (zero === undefined ? " " : "0"),
    align: align ?? (zero === undefined ? "" : "="),
    sign,
    alternate: alternate !== undefined,
    width: Number(width ?? 0),
    grouping,
    precision: precision === undefined ? null : Number(precision),
    type,
  };
  if (Math.max(format.width, format.precision ?? 0) <= WIDEST) return format;
  throw templateError(`the format "${spec}" asks for more than ${WIDEST} characters`);
}

function formatText(text: string, format: Format, spec: string): string {
  const isForNumbers = (format.type !== "" && format.type !== "s") || format.grouping !== "" || format.alternate;
  if (isForNumbers) throw templateError(`the format "${spec}" is for numbers, got ${describeValue(text)}`);
  const cut = format.precision === null ? text : [...text].slice(0, format.precision).join("");
  return padded({ sign: "", body: cut }, format.align === "=" ? { ...format, align: "<" } : format, "<");
}

interface Signed {
  sign: string;
  body: string;
}

function formatNumber(value: number, format: Format, spec: string): Signed {
  const isNegative = value < 0 || Object.is(value, -0);
  const plus = format.sign === "-" ? "" : format.sign;
  const sign = isNegative && !Number.isNaN(value) && !(Number.isInteger(value) && value === 0) ? "-" : plus;
  const size = Math.abs(value);
  if (!Number.isFinite(size)) return { sign, body: Number.isNaN(size) ? "nan" : "inf" };
  const isWhole = Number.isInteger(value) && format.precision === null;
  const type = format.type || (isWhole ? "d" : "");
  const body = digits(size, type, format, spec);
  return { sign: sign + prefix(type, format), body: grouped(body, type, format.grouping) };
}

function digits(size: number, type: string, format: Format, spec: string): string {
  const precision = Math.min(format.precision ?? 6, MOST_DIGITS);
  const radix = { b: 2, o: 8, x: 16, X: 16, d: 10 }[type];
  if (radix !== undefined || type === "c") {
    if (!Number.isInteger(size)) throw templateError(`the format "${spec}" is for whole numbers, got ${size}`);
    if (radix === undefined) return String.fromCodePoint(Math.min(size, 0x10ffff));
    const text = BigInt(size).toString(radix);
    return type === "X" ? text.toUpperCase() : text;
  }
  if (type === "") return format.precision === null ? pythonText(size) : general(size, precision, format.alternate);
  if (type === "f" || type === "F") return fixed(size, precision);
  if (type === "%") return `${fixed(size * 100, precision)}%`;
  if (type === "e" || type === "E") return inCase(exponential(size, precision), type);
  if (type === "g" || type === "G" || type === "n") return inCase(general(size, precision, format.alternate), type);
  throw templateError(`the format "${spec}" has the unknown type "${type}"`);
}

function fixed(size: number, precision: number): string {
  if (size < 1e21) return roundHalfEven(size, precision).toFixed(precision);
  return precision === 0 ? BigInt(size).toString() : `${BigInt(size)}.${"0".repeat(precision)}`;
}

function exponential(size: number, precision: number): string {
  return size.toExponential(precision).replace(/e([+-])(\d)$/, "e$10$2");
}

/** The shorter of the two notations with `precision` significant digits, without zeros at the end. */
function general(size: number, precision: number, keepsZeros: boolean): string {
  const significant = Math.max(precision, 1);
  const exponent = Number(size.toExponential(significant - 1).split("e")[1]);
  const isPlain = exponent >= -4 && exponent < significant;
  const text = isPlain ? fixed(size, significant - 1 - exponent) : exponential(size, significant - 1);
  if (keepsZeros) return text.includes(".") ? text : text.replace(/(?=e|$)/, ".");
  return text.replace(/\.0+(?=e|$)|(\.\d*?[1-9])0+(?=e|$)/, "$1");
}

function inCase(text: string, type: string): string {
  return type === type.toUpperCase() ? text.toUpperCase() : text;
}

function prefix(type: string, format: Format): string {
  return format.alternate && "boxX".includes(type) && type !== "" ? `0${type}` : "";
}

function grouped(body: string, type: string, separator: string): string {
  if (separator === "") return body;
  const [, whole = "", rest = ""] = /^([0-9a-fA-F]+)([\s\S]*)$/.exec(body) ?? [];
  const every = "boxX".includes(type) && type !== "" ? /(?=(?:.{4})+$)(?!^)/g : /(?=(?:.{3})+$)(?!^)/g;
  return whole.replace(every, separator) + rest;
}

function padded({ sign, body }: Signed, format: Format, usual: string): string {
  const missing = Math.max(0, format.width - [...sign].length - [...body].length);
  const align = format.align || usual;
  const filling = (count: number) => format.fill.repeat(count);
  if (align === "<") return sign + body + filling(missing);
  if (align === "=") return sign + filling(missing) + body;
  if (align === "^") return filling(Math.floor(missing / 2)) + sign + body + filling(Math.ceil(missing / 2));
  return filling(missing) + sign + body;
}
