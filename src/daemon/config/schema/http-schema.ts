import { z } from "zod";

export const Http = z.strictObject({
  host: z
    .string()
    .default("127.0.0.1")
    .describe("Address to listen on; anything but loopback shows pictures to the network"),
  port: z
    .int()
    .min(0)
    .max(65_535)
    .default(8480)
    .describe("Port of the live page, of /health and of /metrics; 0 picks a free one"),
  allowed_hosts: z
    .array(z.string().toLowerCase())
    .default([])
    .describe(
      "Names under which browsers may ask, and of sites whose pages may show pictures from here, beside IP addresses, names without a dot and the name of the machine",
    ),
  token: z
    .string()
    .regex(/^[\x21-\x7e]{16,200}$/, { error: "expected 16 to 200 letters, digits and signs without spaces" })
    .optional()
    .describe("Secret that every change over HTTP needs; without one only an address on loopback takes changes"),
  token_for: z
    .enum(["changes", "all"])
    .default("changes")
    .describe("What needs the token: changes, or all but /health, /metrics and the files of the page"),
});
