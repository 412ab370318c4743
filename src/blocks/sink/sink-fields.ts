import { z } from "zod";
import { messageOf } from "../../base/errors.ts";
import { orRef } from "../contract/fields.ts";
import type { Services } from "../contract/services.ts";
import type { CoolDown } from "./cool-down.ts";

/** When a sink sends. */
export const sendingFields = {
  fire_and_forget: orRef(z.boolean(), "boolean")
    .default(true)
    .describe("Send in the background, so that no frame waits; failures are in the log then."),
  disable_sink: orRef(z.boolean(), "boolean").default(false).describe("Send nothing."),
  cooldown_seconds: orRef(z.int().min(0), "integer")
    .default(5)
    .describe("Seconds that must pass between two sendings of the step, failed ones included."),
};

export interface Sending {
  fire_and_forget: boolean;
  disable_sink: boolean;
  cooldown_seconds: number;
}

interface Sender {
  step: string;
  coolDown: CoolDown;
  services: Pick<Services, "background" | "time">;
}

/** Sends by the rules of the step; the text that `send` gives tells what was done. */
export async function sendBy(inputs: Sending, { step, coolDown, services }: Sender, send: () => Promise<string>) {
  const { background, time } = services;
  if (inputs.disable_sink) return outcome(false, false, "the sink is switched off by disable_sink");
  if (!coolDown.admits(inputs.cooldown_seconds, time.steadyMs())) return outcome(false, true, "the sink cools down");
  if (inputs.fire_and_forget) {
    const isTaken = background.start(step, async () => void (await send()));
    return isTaken
      ? outcome(false, false, "is being sent in the background")
      : outcome(true, false, "too much waits to be sent");
  }
  return send().then(
    (message) => outcome(false, false, message),
    (error: unknown) => outcome(true, false, messageOf(error)),
  );
}

function outcome(error_status: boolean, throttling_status: boolean, message: string) {
  return { error_status, throttling_status, message };
}
