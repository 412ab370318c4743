import { StepError } from "../base/errors.ts";
import type { EffectEvent, FilesDeleted, Services } from "../blocks/contract/services.ts";
import { directKernels } from "../blocks/direct-kernels.ts";
import { ANY_FOLDER, openEffects } from "./open-effects.ts";

/** Services for blocks inside another program: its own, then millrace's effects; models and pixels it lacks fail when they are asked. */
export function servicesFrom(given: Partial<Services>, report: (event: EffectEvent | FilesDeleted) => void) {
  const effects = openEffects({ files: ANY_FOLDER, report });
  const own = { models: absent<Services["models"]>("models"), pixels: absent<Services["pixels"]>("pixels") };
  const services: Services = { ...own, kernels: directKernels, ...effects.services, ...given };
  return { services, idle: effects.idle, close: effects.close };
}

function absent<T extends object>(service: string): T {
  return new Proxy({} as T, {
    get() {
      throw new StepError("STEP_NO_SERVICE", `this program gives its blocks no service "${service}"`);
    },
  });
}
