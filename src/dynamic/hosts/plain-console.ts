const METHODS = [
  ...["assert", "count", "countReset", "debug", "dir", "dirxml", "error", "group", "groupCollapsed", "groupEnd"],
  ...["info", "log", "table", "time", "timeEnd", "timeLog", "trace", "warn"],
] as const;

/** A console without a way to the streams and classes of Node that its own would lead to. */
export function plainConsole(console: Console): Console {
  const methods = METHODS.map((name) => {
    const print = (console as unknown as Record<string, (...values: unknown[]) => void>)[name]?.bind(console);
    return [name, (...values: unknown[]) => print?.(...values)] as const;
  });
  return Object.fromEntries(methods) as unknown as Console;
}
