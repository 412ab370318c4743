import { pause } from "../../base/clock.ts";
import { EffectError } from "../../base/errors.ts";
import { RetryGate } from "../../base/retry-gate.ts";
import { steadyMs } from "../../base/steady-clock.ts";

/** Codes of what a call fails with. */
export interface PaidCodes {
  limit: string;
  away: string;
  refused: string;
  answer: string;
}

interface PaidCall<T> {
  codes: PaidCodes;
  /** Named in messages. */
  service: string;
  /** After a failure all calls to it wait. */
  address: string;
  /** With all attempts. */
  timeoutMs: number;
  /** One attempt. An `EffectError` whose details do not say `isFinal` is followed by another one. */
  send: (timeoutMs: number) => Promise<T>;
}

export type PaidCalls = <T>(call: PaidCall<T>) => Promise<T>;

const RETRIES = { firstMs: 500, longestMs: 60_000 };
const MOST_ATTEMPTS = 3;
const MINUTE_MS = 60_000;

/** Calls that cost money: retries, backoff and one bound a minute for all of a thread. */
export function openPaidCalls(callsPerMinute: number): PaidCalls {
  const gates = new Map<string, RetryGate>();
  const spent: number[] = [];
  const spend = ({ limit }: PaidCodes) => {
    const now = steadyMs();
    while (spent[0] !== undefined && now - spent[0] >= MINUTE_MS) spent.shift();
    if (spent.length < callsPerMinute) return void spent.push(now);
    const message = `the limit of ${callsPerMinute} paid questions in a minute is reached (language_calls_per_minute)`;
    throw new EffectError(limit, message);
  };
  return async (call) => {
    const { codes, service, address, timeoutMs } = call;
    const gate = gates.get(address) ?? new RetryGate(RETRIES);
    gates.set(address, gate);
    const waitMs = gate.waitMs();
    if (waitMs > 0) {
      const message = `${service} cannot be asked, next attempt in ${(waitMs / 1000).toFixed(1)} s`;
      throw new EffectError(codes.away, message);
    }
    return callUntil(steadyMs() + timeoutMs, call, { gate, spend: () => spend(codes) });
  };
}

interface Bounds {
  gate: RetryGate;
  spend: () => void;
}

async function callUntil<T>(deadlineMs: number, { send }: PaidCall<T>, { gate, spend }: Bounds): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    spend();
    try {
      const answer = await send(Math.max(1, deadlineMs - steadyMs()));
      gate.succeeded();
      return answer;
    } catch (error) {
      if (!(error instanceof EffectError) || error.details["isFinal"] === true) throw error;
      const waitMs = gate.failed();
      if (attempt >= MOST_ATTEMPTS || steadyMs() + waitMs >= deadlineMs) throw error;
      await pause(waitMs);
    }
  }
}
