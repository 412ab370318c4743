import { access, constants, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ConfigError, ModelError } from "../../../base/errors.ts";
import { inTemporaryFolder } from "../../../base/temporary-folder.ts";
import { fileHash } from "../../../inference/files/model-file.ts";
import { cachedModelPath } from "../../config/model-source.ts";
import { type DownloadRequest, download } from "../../models/download.ts";

interface FetchRequest extends Pick<DownloadRequest, "url" | "progress" | "signal"> {
  /** Stated by the user; computed otherwise. */
  sha256: string | undefined;
  /** State folder of a config, whose cache takes the file. */
  directory: string | null;
}

interface FetchedModel {
  path: string;
  sha256: string;
  /** Leaves the file to the daemon, where there is a cache. */
  keep(): Promise<void>;
  /** Removes what is not kept. */
  close(): Promise<void>;
}

/** Downloads a model for inspection. A state folder that this user may not write costs the daemon a download of its own. */
export async function fetchToAdd(request: FetchRequest): Promise<FetchedModel> {
  const { sha256, directory } = request;
  const known = directory === null || sha256 === undefined ? null : cachedModelPath(directory, sha256);
  if (known !== null && (await fileHash(known)) === sha256?.toLowerCase()) {
    return { path: known, sha256: sha256?.toLowerCase() ?? "", keep: async () => {}, close: async () => {} };
  }
  const cache = directory === null ? null : await writable(dirname(cachedModelPath(directory, "")));
  const folder = cache ?? (await inTemporaryFolder((place) => mkdtemp(join(place, "millrace-model-"))));
  const path = join(folder, `new-${process.pid}.onnx`);
  const close = () => rm(cache === null ? folder : path, { recursive: true, force: true });
  try {
    const found = await fetched(request, path);
    const keep = async () => {
      if (cache !== null && directory !== null) await rename(path, cachedModelPath(directory, found));
    };
    return { path, sha256: found, keep, close };
  } catch (error) {
    await rm(`${path}.part-${process.pid}`, { force: true });
    await close();
    throw error;
  }
}

async function writable(folder: string): Promise<string | null> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK);
    return folder;
  } catch {
    return null;
  }
}

/** Its checksum. Another one than the user stated is the user's to settle. */
async function fetched({ directory: _, sha256 = "", ...rest }: FetchRequest, path: string) {
  try {
    return (await download({ ...rest, path, sha256: sha256 || null })).sha256;
  } catch (error) {
    if (!(error instanceof ModelError) || error.code !== "MODEL_CHECKSUM") throw error;
    throw new ConfigError("MODEL", [{ code: error.code, path: "", message: error.message }]);
  }
}
