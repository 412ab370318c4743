import { BugError } from "../../base/errors.ts";
import type { ModelDescription, ModelInput } from "../description.ts";
import type { FamilyOf, Layout } from "../families/family.ts";
import type { ModelItem, ModelReply } from "../request.ts";
import type { ModelSession, SessionSettings } from "../session.ts";
import { KeptFeatures } from "./kept-features.ts";
import { openDecoder } from "./open-decoder.ts";
import { featuresOf, runPrompted } from "./run-prompted.ts";

interface Encoder {
  session: ModelSession;
  settings: SessionSettings;
  description: ModelDescription;
  family: FamilyOf<"prompted">;
  input: ModelInput;
  layout: Layout;
  arena: Uint8Array;
}

interface OpenPrompted {
  run(items: readonly ModelItem[]): Promise<ModelReply>;
  close(): Promise<void>;
}

const NOTHING = { points: [], box: null };

/** Opens the decoder beside an open encoder, which it closes where that fails. */
export async function openPrompted({ session, settings, layout, ...encoder }: Encoder): Promise<OpenPrompted> {
  const { description, family, input } = encoder;
  const described = description.decoder;
  if (described === null) throw new BugError(`model "${description.path}" of family ${family.name} has no decoder`);
  const side = Number(layout["side"]);
  const run = { decoder: described, side, width: input.width, height: input.height };
  const first = {
    features: featuresOf(session.firstOutputs, description),
    prompt: family.promptInputs(NOTHING, run),
  };
  const decoder = await openDecoder(described, settings, first).catch(async (error: unknown) => {
    await session.close();
    throw error;
  });
  const prompted = { ...encoder, session, decoder, side, kept: new KeptFeatures() };
  return {
    run: (items) => runPrompted(items, prompted),
    async close() {
      await decoder.close();
      await session.close();
    },
  };
}
