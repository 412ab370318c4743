/** Passwords that were read, as they are and as an address has them. */
const secrets = new Set<string>();
let pattern: RegExp | null = null;

/** Shorter ones occur in any text, so they are blotted out only where an address or an assignment has its password. */
const SHORT = 4;

/** Has a text that was read as a secret blotted out of everything that leaves the program from now on. */
export function keepSecret(secret: string): void {
  for (const form of [secret, encodeURIComponent(secret)]) if (form !== "") secrets.add(form);
  const longestFirst = [...secrets].sort((one, other) => other.length - one.length).map(asPattern);
  pattern = longestFirst.length === 0 ? null : new RegExp(longestFirst.join("|"), "g");
}

/** The text with every known secret replaced by `***`, and nothing else. */
export function blot(text: string): string {
  return pattern === null ? text : text.replace(pattern, "***");
}

function asPattern(secret: string): string {
  const exact = secret.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
  return secret.length < SHORT ? `(?<=[:=])${exact}(?=[@&\\s"']|$)` : exact;
}
