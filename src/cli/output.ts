import { styleText } from "node:util";
import { printable } from "../base/printable.ts";

/** Adds colours to a text, for a terminal alone. */
export type Dress = (text: string) => string;

/** What a program reads goes to standard output. */
export function print(text: string, dress?: Dress): void {
  write(process.stdout, text, dress);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** Everything for people goes to standard error. */
export function say(text: string, dress?: Dress): void {
  write(process.stderr, text, dress);
}

/** Faults and warnings, with the first words in colour. */
export function sayIssue(kind: "fault" | "warning", text: string): void {
  const format = kind === "fault" ? "red" : "yellow";
  const shown = kind === "fault" ? text : `warning: ${text}`;
  say(shown, (plain) => plain.replace(/^.*?: /, (start) => styleText(format, start)));
}

function write(stream: NodeJS.WriteStream, text: string, dress: Dress = (plain) => plain): void {
  const plain = printable(text);
  stream.write(`${hasColours(stream) ? dress(plain) : plain}\n`);
}

/** https://no-color.org */
function hasColours(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
}

/** What blocks written in a definition print. */
export function sayOutput(event: { type: string; text?: string }): void {
  if (event.type === "block_output") say(event.text ?? "");
}
