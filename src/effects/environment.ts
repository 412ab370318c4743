import { EffectError } from "../base/errors.ts";
import { keepSecret } from "../base/secrets.ts";
import type { EnvironmentService } from "../blocks/contract/services.ts";

export interface EnvironmentSettings {
  variables: NodeJS.ProcessEnv;
  /** Hears each secret once, for threads that write logs. */
  onSecret: (secret: string) => void;
}

/** What blocks may know of the environment. */
export function openEnvironment({ variables, onSecret }: EnvironmentSettings): EnvironmentService {
  const kept = new Set<string>();
  const keep = (text: string) => {
    if (text === "" || kept.has(text) || kept.size >= MOST_SECRETS) return;
    kept.add(text);
    keepSecret(text);
    onSecret(text);
  };
  return {
    secret(name) {
      if (variables["ALLOW_WORKFLOW_BLOCKS_ACCESSING_ENVIRONMENTAL_VARIABLES"]?.toLowerCase() === "false") {
        const message = `the variable "${name}" is not read: blocks may read no variables of the environment here`;
        throw new EffectError("ENVIRONMENT_FORBIDDEN", message);
      }
      const value = variables[name];
      if (value !== undefined) keep(value);
      return value ?? null;
    },
    address: (variable, usual) => (variables[variable] || usual).replace(/\/+$/, ""),
    keepSecret: keep,
  };
}

/** Tokens that change with every frame would fill memory. */
const MOST_SECRETS = 256;
