import { ConfigError, MillraceError } from "../../base/errors.ts";
import { openHostCache } from "../../base/host-cache.ts";
import { type FfmpegBinary, findFfmpeg } from "../../stream/ffmpeg/ffmpeg-binary.ts";
import type { Config } from "./schema/config-schema.ts";

/** The ffmpeg of a config. One that does not work is a fault of the config, as it will not next time either; one that does not answer may. */
export async function configuredFfmpeg({ ffmpeg }: Config, signal?: AbortSignal): Promise<FfmpegBinary> {
  try {
    return await findFfmpeg(ffmpeg, { signal, cache: openHostCache("ffmpeg-1") });
  } catch (error) {
    if (!(error instanceof MillraceError) || error.details["isPassing"] === true || signal?.aborted) throw error;
    throw new ConfigError("CONFIG", [{ code: error.code, path: "/ffmpeg", message: error.message }]);
  }
}
