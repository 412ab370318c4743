import type { EnvironmentService } from "../../blocks/contract/services.ts";

/** The key that a step gives, or that of the variable; null without any. One of Roboflow's own accounts is none for a provider. */
export function accountKey(
  given: string | null,
  variable: string | null,
  environment: EnvironmentService,
): string | null {
  const own = given === null || given === "" || given.startsWith("rf_key:") ? null : given;
  if (own !== null) environment.keepSecret(own);
  return own ?? (variable === null ? null : environment.secret(variable));
}
