import { z } from "zod";
import type { KindName } from "../../../kinds/kinds.ts";
import { type Context, defineBlock, type TogetherFault } from "../../contract/block.ts";
import { Slots } from "../slots.ts";
import { type AskInputs, type AskSettings, askLanguage } from "./ask-language.ts";
import { askedFields } from "./language-fields.ts";
import { lacking } from "./language-prompt.ts";

type Fields = Readonly<Record<string, z.ZodType>>;
type Outputs = Readonly<Record<string, KindName | readonly KindName[]>>;
type Values<S extends Fields> = z.output<z.ZodObject<ReturnType<typeof askedFields> & S>>;

interface Asking<S extends Fields, O extends Outputs> {
  type: string;
  summary: string;
  /** Those that all have are added. */
  fields: () => S;
  outputs: O;
  /** How the provider is asked, given the values of the fields. */
  settings: (inputs: Values<S>) => AskSettings;
  /** What literal properties cannot mean. */
  check?: (literals: Partial<Values<S>>) => readonly TogetherFault[];
  example?: Readonly<Record<string, unknown>>;
}

/** A block that asks a language model about images. Its outputs say what of the answer it gives. */
export function askingBlock<S extends Fields, const O extends Outputs>(asking: Asking<S, O>) {
  const { type, summary, fields, outputs, settings, check, example } = asking;
  return defineBlock({
    type,
    category: "model",
    summary,
    inputs: () => z.object({ ...askedFields(), ...fields() }),
    synonyms: { images: ["image"] } as object,
    outputs,
    batches: ["images" as never],
    needs: ["language", "pixels", "time", "ids", "background"],
    check: ((literals: Partial<Values<S>>) => [...lacking(literals), ...(check?.(literals) ?? [])]) as never,
    example: { images: "$inputs.image", task_type: "caption", api_key: "$inputs.key", ...example },
    prepare: (literals) => new Slots((literals as { max_concurrent_requests?: number | null }).max_concurrent_requests),
    run: (async (inputs: AskInputs & Values<S>, context: Context<undefined, Slots>) => {
      const answer: Record<string, unknown> = await askLanguage(inputs, { ...settings(inputs), outputs }, context);
      return Object.fromEntries(Object.keys(outputs).map((name) => [name, answer[name]]));
    }) as never,
  });
}
