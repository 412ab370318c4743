import { z } from "zod";

/**
 * The part that applies a changed key during a reload. `daemon` restarts everything; `page`, `broker`, `host` and
 * `statistics` are independent of the pipelines, and so is `video`; `pipeline` is reopened with its cameras, `definition` replaces
 * the running one; `prepared` has its effect when definitions and models are read.
 */
export type Taker =
  | "daemon"
  | "broker"
  | "page"
  | "statistics"
  | "host"
  | "video"
  | "log"
  | "reading"
  | "pipeline"
  | "definition"
  | "camera"
  | "prepared";

interface Taking {
  taker: Taker;
  /** Where the key itself comes or goes; the same by default. */
  presence?: Taker;
}

/** The part that applies each key of the config; nested keys inherit it unless registered themselves. */
export const takers = z.registry<Taking>();

export function takingOf(schema: unknown): Taking | undefined {
  return schema instanceof z.ZodType ? takers.get(schema) : undefined;
}
