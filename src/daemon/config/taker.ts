import { z } from "zod";

/**
 * What takes another value of a key while the daemon runs. `daemon` is all of it, opened again; `page`, `broker` and
 * `statistics` stand around the pipelines; `pipeline` is opened again with its cameras, `definition` is put in the place
 * of the one that runs; `prepared` shows in the definitions and models that are read with it.
 */
export type Taker =
  | "daemon"
  | "broker"
  | "page"
  | "statistics"
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

/** Says of keys of the config what takes them; keys inside of them are taken by the same unless they say otherwise. */
export const takers = z.registry<Taking>();

export function takingOf(schema: unknown): Taking | undefined {
  return schema instanceof z.ZodType ? takers.get(schema) : undefined;
}
