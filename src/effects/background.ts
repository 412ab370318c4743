import { MillraceError, messageOf } from "../base/errors.ts";
import { Serial } from "../base/serial.ts";
import type { BackgroundService, EffectEvent } from "../blocks/contract/services.ts";

/** Pieces of work of one step that may wait, the one under way included. */
const MOST_WAITING = 32;

/** Runs work after its step has ended: one piece of a step at a time, a bounded number of them waiting. */
export function openBackground(
  report: (event: EffectEvent) => void,
  isOff = false,
): BackgroundService & { idle(): Promise<void> } {
  const steps = new Map<string, StepWork>();
  const workOf = (step: string) => {
    const known = steps.get(step) ?? { serial: new Serial(), waiting: 0, failed: 0, refused: 0 };
    steps.set(step, known);
    return known;
  };
  const failed = (step: string, error: unknown) => {
    const code = error instanceof MillraceError ? error.code : "EFFECT_FAILED";
    const count = ++workOf(step).failed;
    report({ type: "effect_failed", step, code, message: messageOf(error), count });
  };
  return {
    isOff,
    start(step, work) {
      const own = workOf(step);
      if (own.waiting >= MOST_WAITING) {
        const message = `${MOST_WAITING} pieces of work wait`;
        report({ type: "effect_refused", step, code: "EFFECT_REFUSED", message, count: ++own.refused });
        return false;
      }
      own.waiting++;
      const run = own.serial.run(work).finally(() => own.waiting--);
      run.catch((error: unknown) => failed(step, error));
      return true;
    },
    async attend(step, work) {
      try {
        return await work();
      } catch (error) {
        failed(step, error);
        throw error;
      }
    },
    async idle() {
      await Promise.all([...steps.values()].map(({ serial }) => serial.idle()));
    },
  };
}

interface StepWork {
  serial: Serial;
  waiting: number;
  failed: number;
  refused: number;
}
