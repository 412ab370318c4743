import { z } from "zod";

// What several parts of the config have.

export const id = z
  .string()
  .regex(/^[a-z0-9_-]{1,64}$/, { error: "expected 1 to 64 of a-z, 0-9, _ and -, as it becomes part of MQTT topics" });

export const milliseconds = z.int().min(1);

export const passwordFile = z
  .string()
  .min(1)
  .optional()
  .describe("File with the password; a bare name is looked up in the folder of systemd's credentials first");
