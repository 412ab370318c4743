import { availableParallelism } from "node:os";

/** More threads than this rarely wait for each other when they share one heap of malloc. */
const PROCESSORS_OF_AN_ARENA = 4;

/**
 * What a daemon starts with for glibc, which reads it at the start of a process alone. By itself it gives each thread a heap of its own, and what
 * is free in one serves no other.
 */
export function mallocEnvironment(processors = availableParallelism()): Record<string, string> {
  return { MALLOC_ARENA_MAX: String(Math.ceil(processors / PROCESSORS_OF_AN_ARENA)) };
}
