/** How far long work has come: a line that renews itself on a terminal, now and then a plain one elsewhere. */
export interface Progress {
  /** About so many there will be. */
  expect(total: number): void;
  at(count: number): void;
  close(): void;
}

export interface ProgressSettings {
  unit: string;
  isTerminal?: boolean;
  write?: (text: string) => void;
  /** Milliseconds that never jump. */
  now?: () => number;
}

const TERMINAL_MS = 200;
const PLAIN_MS = 5000;

export const NO_PROGRESS: Progress = { expect: () => {}, at: () => {}, close: () => {} };

export function openProgress({
  unit,
  isTerminal = process.stderr.isTTY === true,
  write = (text) => void process.stderr.write(text),
  now = () => performance.now(),
}: ProgressSettings): Progress {
  const startedAt = now();
  let lastShown = startedAt;
  let last = 0;
  let total: number | null = null;

  const show = (count: number) => {
    const text = progressText({ count, total, unit, seconds: (now() - startedAt) / 1000 });
    write(isTerminal ? `\r\u001b[K${text}` : `${text}\n`);
  };
  return {
    expect(count) {
      total = count;
    },
    at(count) {
      last = count;
      if (now() - lastShown < (isTerminal ? TERMINAL_MS : PLAIN_MS)) return;
      lastShown = now();
      show(count);
    },
    close() {
      if (!isTerminal) return;
      show(last);
      write("\n");
    },
  };
}

interface Facts {
  count: number;
  total: number | null;
  unit: string;
  seconds: number;
}

function progressText({ count, total, unit, seconds }: Facts): string {
  const rate = count / Math.max(1e-3, seconds);
  const pace = `${rate.toFixed(1)} a second`;
  if (total === null || total < count) return `${count} ${unit}, ${pace}`;
  const share = Math.floor((100 * count) / Math.max(1, total));
  const left = rate > 0 ? `, ${durationText((total - count) / rate)} left` : "";
  return `${count} of about ${total} ${unit} (${share} %), ${pace}${left}`;
}

function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
