import { ModelError, messageOf } from "../base/errors.ts";
import { missingLibrary, type ProviderName } from "./provider-library.ts";

/** Fastest first. */
export const LADDER: readonly ProviderName[] = ["tensorrt", "cuda", "cpu"];

/** A provider that was tried and did not work, with what it said. */
export interface Refusal {
  provider: ProviderName;
  reason: string;
}

interface Attempt<T> {
  provider: ProviderName;
  refusals: Refusal[];
  value: T;
}

/**
 * Tries providers in order on the model at `path` and returns the first whose attempt succeeds, with the reasons of those before it.
 * The runtime's own list falls back silently for some faults and throws for others, so each gets an attempt of its own.
 */
export async function firstWorking<T>(
  path: string,
  providers: readonly ProviderName[],
  attempt: (provider: ProviderName) => Promise<T>,
): Promise<Attempt<T>> {
  const refusals: Refusal[] = [];
  for (const provider of providers) {
    try {
      return { provider, refusals, value: await attempt(provider) };
    } catch (error) {
      const reasons = [shorten(messageOf(error)), missingLibrary(provider)];
      refusals.push({ provider, reason: reasons.filter((reason) => reason !== null).join(": ") });
    }
  }
  const reasons = refusals.map(({ provider, reason }) => `${provider}: ${reason}`).join("; ");
  throw new ModelError("MODEL_NO_PROVIDER", `model "${path}": no execution provider runs it: ${reasons}`, {
    path,
    refusals,
  });
}

/** The runtime prefixes its messages with source positions and signatures of its own code. */
function shorten(message: string): string {
  const sentence = message.replaceAll(/\s+/g, " ").replace(/^.*\.(?:cc|h|cpp):\d+ (?:.*?\)(?: const)? )?/, "");
  return sentence.trim().slice(0, 400);
}
