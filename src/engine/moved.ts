import { Piscina } from "piscina";

/** What a task of a thread answers, where the buffers in it go over instead of being copied. */
export function moved<T>(value: T, buffers: readonly ArrayBuffer[]): T {
  if (buffers.length === 0) return value;
  const { transferableSymbol, valueSymbol } = Piscina;
  const answer = { [transferableSymbol]: buffers, [valueSymbol]: value };
  return Piscina.move(answer as unknown as Parameters<typeof Piscina.move>[0]) as unknown as T;
}
