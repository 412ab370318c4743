import { z } from "zod";

/** What is watched of the machine, and what is done about it. */
export const Host = z.strictObject({
  every_s: z.number().min(0.1).max(3600).default(5).describe("Seconds between two looks at the machine"),
  memory_reserve_mb: z
    .number()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe(
      "Least memory to be left to this machine, service or container; 5 % of it by default, 64 MB at least and 512 MB at most",
    ),
  disk_reserve_mb: z
    .number()
    .min(0)
    .max(1_000_000)
    .default(64)
    .describe("Least space to be left on the disks that are written to, but no more than a tenth of one"),
  temperature_c: z
    .number()
    .min(20)
    .max(150)
    .optional()
    .describe("Temperature that is too hot; by default that at which the kernel slows the machine down, zone by zone"),
  shed: z
    .boolean()
    .default(true)
    .describe("Whether cameras give up frames, those of low priority first, when memory runs out or it is too hot"),
  shed_after_s: z
    .number()
    .min(0.1)
    .max(3600)
    .default(20)
    .describe("Seconds for a step to have an effect before more is given up; where memory runs out every look is one"),
  restore_after_s: z
    .number()
    .min(0.1)
    .max(1800)
    .default(60)
    .describe("Seconds that all must be well before a step is taken back; twice as long after each relapse"),
  root: z
    .string()
    .min(1)
    .default("/")
    .describe("Where proc, sys, etc and var of the machine are, for containers that see them elsewhere"),
});
