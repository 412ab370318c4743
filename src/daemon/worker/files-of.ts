import { ANY_FOLDER, type FileSettings } from "../../effects/open-effects.ts";

/** The keys of `block_files` that say where blocks may write, and how much. */
export interface BlockFiles {
  directory?: string | undefined;
  max_mb?: number | undefined;
  max_days?: number | undefined;
  when_full: "refuse" | "delete_oldest";
  reserve_mb: number;
}

const MB = 2 ** 20;

/** What the config and the reference's variables of the environment allow blocks to write. */
export function filesOf(environment: NodeJS.ProcessEnv, config?: BlockFiles): FileSettings {
  const isForbidden = environment["ALLOW_WORKFLOW_BLOCKS_ACCESSING_LOCAL_STORAGE"]?.toLowerCase() === "false";
  const directory = config?.directory ?? (environment["WORKFLOW_BLOCKS_WRITE_DIRECTORY"] || null);
  if (config === undefined) return { ...ANY_FOLDER, isForbidden, directory };
  return { isForbidden, directory, budget: budgetOf(config), reserveBytes: config.reserve_mb * MB };
}

function budgetOf({ max_mb, max_days, when_full }: BlockFiles): FileSettings["budget"] {
  if (max_mb === undefined && max_days === undefined) return null;
  const bytes = max_mb === undefined ? Number.POSITIVE_INFINITY : max_mb * MB;
  return { bytes, days: max_days ?? null, whenFull: when_full };
}
