import type { ModelService, Services } from "../../src/blocks/contract/services.ts";
import { servicesFrom } from "../../src/effects/services-from.ts";

/** For blocks that ask no model. */
const NO_MODELS: ModelService = { run: () => Promise.resolve([]) };

/** Services of a test: its own, and effects as they are. */
export function testServices(given: Partial<Services>): Services {
  return servicesFrom({ models: NO_MODELS, ...given }, () => {}).services;
}
