import { EffectError } from "../../../base/errors.ts";
import type { CloudQuestion, CloudService, TimeService } from "../../contract/services.ts";
import type { Slots } from "../slots.ts";

interface Asking {
  prepared: Slots;
  services: { cloud: CloudService; time: TimeService };
}

/** A frame waits no longer, with what other requests of its step take. */
const TIMEOUT_MS = 25_000;

/** Asks a service of a third party, a few requests of a step at once. The request is made when its turn has come. */
export function askCloud(
  request: () => Promise<Omit<CloudQuestion, "timeoutMs">>,
  { prepared, services: { cloud, time } }: Asking,
): Promise<Readonly<Record<string, unknown>>> {
  const startedMs = time.steadyMs();
  return prepared.use(async () => {
    const question = await request();
    const timeoutMs = TIMEOUT_MS - (time.steadyMs() - startedMs);
    if (timeoutMs > 0) return cloud.ask({ ...question, timeoutMs });
    throw new EffectError("CLOUD_TIMEOUT", "requests of the step before it took all of its time");
  });
}
