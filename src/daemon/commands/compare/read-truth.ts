import { readFile } from "node:fs/promises";
import { z } from "zod";
import { messageOf } from "../../../base/errors.ts";
import type { Issue } from "../../../base/issue.ts";
import type { CocoTruth } from "../../../inference/measures/coco-precision.ts";

const Truth = z.object({
  images: z.array(z.object({ id: z.number(), file_name: z.string() })).min(1),
  categories: z.array(z.object({ id: z.number(), name: z.string() })),
  annotations: z.array(
    z.object({
      image_id: z.number(),
      category_id: z.number(),
      bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      iscrowd: z.union([z.literal(0), z.literal(1)]).default(0),
    }),
  ),
});

/** Objects of pictures in COCO's form; null, with issues, for a file that is something else. */
export async function readTruth(path: string, issues: Issue[]): Promise<CocoTruth | null> {
  try {
    const { data, error } = Truth.safeParse(JSON.parse(await readFile(path, "utf8")));
    if (data !== undefined) return data;
    for (const { path: at, message } of error.issues.slice(0, 5)) {
      issues.push(fault(`--truth ${path}: "${at.join(".")}": ${message}`));
    }
  } catch (error) {
    issues.push({
      ...fault(`--truth ${path}: ${messageOf(error)}`),
      hint: "a file of COCO's form is expected",
    });
  }
  return null;
}

function fault(message: string): Issue {
  return { code: "COMPARE_TRUTH", path: "", message };
}
