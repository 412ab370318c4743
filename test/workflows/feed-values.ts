import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assetPath } from "../helpers/assets.ts";
import { writePicture } from "../helpers/scene.ts";
import type { Feed } from "./golden-case.ts";
import { inputs, parameters as parameterChecks, pictures } from "./program.ts";
import type { Bench, Outcome } from "./run-case.ts";

/** One run on a batch, with the checks that the command `run` makes before. */
export async function feedValues(feed: Feed<"values">, { loaded, golden, workflow }: Bench): Promise<Outcome> {
  const { plan, installed, blocks } = loaded;
  const folder = await mkdtemp(join(tmpdir(), "millrace-golden-"));
  try {
    const images = await pathsOf(feed, folder);
    const parameters = { ...golden.parameters, ...feed.values };
    const { given, issues } = await pictures.readPictures(plan, { parameters, images });
    const { size, inputs: read, faults } = inputs.readInputs(plan, given, { codecs: installed.kinds });
    const wrong = [...issues, ...faults, ...parameterChecks.parameterFaults(plan, read, { blocks })];
    if (wrong.length > 0) throw new Error(wrong.map(({ message }) => message).join("\n"));
    const results = await workflow.once(size, given);
    return {
      rows: { rows: results.map(({ outputs }) => outputs ?? {}) },
      faults: results.flatMap((result) => result.faults),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function pathsOf({ images }: Feed<"values">, folder: string): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const [input, list] of Object.entries(images)) {
    found[input] = await Promise.all(
      list.map((picture, i) => {
        if (typeof picture === "string") return assetPath(picture) ?? picture;
        return writePicture(join(folder, `${input}-${i}.png`), picture.scene);
      }),
    );
  }
  return found;
}
