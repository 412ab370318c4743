type Callback = (...values: unknown[]) => void;
type Timer = NodeJS.Timeout | NodeJS.Immediate;

/** Functions of timers whose handles and callbacks lead to no objects of Node: those are linked with all other timers. */
export function plainTimers(): Record<string, unknown> {
  const { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate } = globalThis;
  const timers = new WeakMap<object, Timer>();
  const find = (handle: unknown) => (typeof handle === "object" && handle !== null ? timers.get(handle) : undefined);
  const handleOf = (timer: Timer) => {
    const again = (change: () => unknown) => () => {
      change();
      return handle;
    };
    const handle = {
      ref: again(() => timer.ref()),
      unref: again(() => timer.unref()),
      hasRef: () => timer.hasRef(),
      ...("refresh" in timer ? { refresh: again(() => timer.refresh()) } : {}),
    };
    timers.set(handle, timer);
    return handle;
  };
  return {
    setTimeout: (callback: Callback, ms?: number, ...values: unknown[]) =>
      handleOf(setTimeout(calling(callback, values), ms)),
    setInterval: (callback: Callback, ms?: number, ...values: unknown[]) =>
      handleOf(setInterval(calling(callback, values), ms)),
    setImmediate: (callback: Callback, ...values: unknown[]) => handleOf(setImmediate(calling(callback, values))),
    clearTimeout: (handle: unknown) => clearTimeout(find(handle) as NodeJS.Timeout | undefined),
    clearInterval: (handle: unknown) => clearInterval(find(handle) as NodeJS.Timeout | undefined),
    clearImmediate: (handle: unknown) => clearImmediate(find(handle) as NodeJS.Immediate | undefined),
  };
}

/** As Node has it, a text is no callback. */
function calling(callback: Callback, values: unknown[]): () => void {
  if (typeof callback !== "function") throw new TypeError('The "callback" argument must be of type function');
  return () => callback(...values);
}
