/** What a program reads goes to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** Everything for people goes to standard error. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
