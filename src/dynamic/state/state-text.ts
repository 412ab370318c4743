import { StepError } from "../../base/errors.ts";

/** State as JSON text. What JSON would lose or change is an error that names the value: `state.tracks[3].callback`. */
export function stateText(state: unknown): string {
  check(state, "state", []);
  return JSON.stringify(state);
}

function check(value: unknown, path: string, above: readonly object[]): void {
  if (value === null || typeof value === "string" || typeof value === "boolean") return;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw fault(path, `is ${value}`);
  } else if (typeof value === "object") checkObject(value, path, above);
  else throw fault(path, typeof value === "undefined" ? "is undefined" : `is a ${typeof value}`);
}

function checkObject(value: object, path: string, above: readonly object[]): void {
  if (above.includes(value)) throw fault(path, "is part of itself");
  const inside = [...above, value];
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) check(value[i], `${path}[${i}]`, inside);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw fault(path, `is a ${className(value)}`);
  for (const [key, entry] of Object.entries(value)) {
    // As in JSON, a key without a value is no key.
    if (entry !== undefined) check(entry, `${path}${keyText(key)}`, inside);
  }
}

function className(value: object): string {
  return typeof value.constructor === "function" ? value.constructor.name : "object of a class";
}

function keyText(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function fault(path: string, what: string): StepError {
  const expected = "state is made of plain objects, lists, texts, finite numbers, booleans and null";
  return new StepError("DYNAMIC_STATE", `${path} ${what}; ${expected}`, { path });
}
