import { printable } from "../base/printable.ts";

/** What a program reads goes to standard output. */
export function print(text: string): void {
  process.stdout.write(`${printable(text)}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** Everything for people goes to standard error. */
export function say(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

/** What blocks written in a definition print. */
export function sayOutput(event: { type: string; text?: string }): void {
  if (event.type === "block_output") say(event.text ?? "");
}
