import { z } from "zod";
import { messageOf } from "../../base/errors.ts";
import { lazy } from "../../base/lazy.ts";
import type { Context } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import type { CoolDown } from "./cool-down.ts";

/** Whether and how a sink sends. */
export const switchFields = lazy(() => ({
  fire_and_forget: orRef(z.boolean(), "boolean")
    .default(true)
    .describe("Send in the background, so that no frame waits; failures are in the log then."),
  disable_sink: orRef(z.boolean(), "boolean").default(false).describe("Send nothing."),
}));

const COOL_DOWN = "Seconds that must pass between two sendings of the step, failed ones included.";

/** When a sink sends. */
export const sendingFields = lazy(() => ({
  ...switchFields(),
  cooldown_seconds: orRef(z.int(), "integer").default(5).describe(COOL_DOWN),
}));

/** The same for sinks that take no negative time. */
export const positiveSendingFields = lazy(() => ({
  ...switchFields(),
  cooldown_seconds: orRef(z.int().min(0), "integer").default(5).describe(COOL_DOWN),
}));

export interface Sending {
  fire_and_forget: boolean;
  disable_sink: boolean;
  cooldown_seconds: number;
}

/** Why a sink did nothing where all of them are off. */
export const SINKS_ARE_OFF = "sinks are switched off by disable_sinks";

type Sender = Pick<Context, "step" | "source" | "frame" | "services">;

interface Outcome {
  error_status: boolean;
  throttling_status: boolean;
  message: string;
}

/**
 * Sends by the rules of the step. `compose` is called while the pixels of the frame are there; the function that it
 * gives sends, and tells what was done.
 */
export async function sendBy(
  inputs: Sending,
  sender: Sender,
  coolDown: CoolDown,
  compose: () => () => Promise<string>,
): Promise<Outcome> {
  const { step, services } = sender;
  const { background } = services;
  if (background.isOff) return outcome(false, false, SINKS_ARE_OFF);
  if (inputs.disable_sink) return outcome(false, false, "the sink is switched off by disable_sink");
  if (!coolDown.admits(inputs.cooldown_seconds, sender)) return outcome(false, true, "the sink cools down");
  try {
    if (!inputs.fire_and_forget) return outcome(false, false, await background.attend(step, () => compose()()));
    const send = await background.attend(step, compose);
    return background.start(step, async () => void (await send()))
      ? outcome(false, false, "is being sent in the background")
      : outcome(true, false, "too much waits to be sent");
  } catch (error) {
    return outcome(true, false, messageOf(error));
  }
}

function outcome(error_status: boolean, throttling_status: boolean, message: string): Outcome {
  return { error_status, throttling_status, message };
}
