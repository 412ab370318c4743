import { hashOf, readModelFile } from "../files/model-file.ts";
import { type OnnxFile, readOnnx } from "../files/onnx-file.ts";
import { judgeTower } from "./judge-tower.ts";
import type { TextTower } from "./text-tower.ts";
import { readTokenFiles } from "./token-files.ts";

/** The tower for texts of a model, or why the file is none. */
export type FoundTower = TextTower | string;

interface Found extends Pick<TextTower, "path" | "sha256" | "sizeBytes" | "part"> {
  file: OnnxFile;
}

/** A tower in a file that was read already. */
export async function towerIn({ file, ...identity }: Found): Promise<FoundTower> {
  const verdict = judgeTower(file, await readTokenFiles(identity.path));
  return typeof verdict === "string" ? verdict : { ...identity, ...verdict };
}

/** A tower in a file of its own. */
export async function towerAt(path: string): Promise<FoundTower> {
  const bytes = await readModelFile(path);
  return towerIn({ file: readOnnx(bytes, path), path, sha256: hashOf(bytes), sizeBytes: bytes.length, part: null });
}
