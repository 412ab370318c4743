/** How far long work has come: a line that renews itself on a terminal, now and then a plain one elsewhere. */
export interface Progress {
  at(count: number): void;
  close(): void;
}

const TERMINAL_MS = 200;
const PLAIN_MS = 5000;

export function openProgress(unit: string): Progress {
  const isTerminal = process.stderr.isTTY === true;
  const startedAt = performance.now();
  let lastShown = startedAt;
  let last = 0;

  const show = (count: number) => {
    const seconds = (performance.now() - startedAt) / 1000;
    const text = `${count} ${unit}, ${(count / Math.max(1e-3, seconds)).toFixed(1)} a second`;
    process.stderr.write(isTerminal ? `\r\u001b[K${text}` : `${text}\n`);
  };
  return {
    at(count) {
      last = count;
      const now = performance.now();
      if (now - lastShown < (isTerminal ? TERMINAL_MS : PLAIN_MS)) return;
      lastShown = now;
      show(count);
    },
    close() {
      if (!isTerminal) return;
      show(last);
      process.stderr.write("\n");
    },
  };
}
