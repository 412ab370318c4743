import { messageOf } from "../../../base/errors.ts";
import { CHIP_CODECS, type ChipCodec } from "../../../stream/decoders/hardware-decoders.ts";
import { tryHardwareDecoders } from "../../../stream/decoders/try-decoder.ts";
import { type FfmpegBinary, findFfmpeg } from "../../../stream/ffmpeg/ffmpeg-binary.ts";
import type { Finding } from "./doctor.ts";

/** The ffmpeg that is used, if any, and what it can decode here. */
export async function examineFfmpeg(
  path: string | undefined,
): Promise<{ ffmpeg: FfmpegBinary | null; findings: Finding[] }> {
  try {
    const ffmpeg = await findFfmpeg(path);
    return { ffmpeg, findings: [programOf(ffmpeg), await examineDecoders(ffmpeg)] };
  } catch (error) {
    const advice = 'install ffmpeg, or set "ffmpeg" in the config';
    return { ffmpeg: null, findings: [{ id: "ffmpeg", status: "failed", found: messageOf(error), advice }] };
  }
}

function programOf({ origin, version, path }: FfmpegBinary): Finding {
  const found = `${version} (${origin}) at ${path}`;
  if (origin !== "embedded") return { id: "ffmpeg", status: "ok", found };
  const advice = "the embedded ffmpeg is from 2018: install a current one for cameras on a network";
  return { id: "ffmpeg", status: "warning", found, advice };
}

const CODECS = { h264: "H.264", hevc: "H.265" } as const;

/** That a decoder is compiled in says nothing of the machine, so each has decoded a frame or not. */
async function examineDecoders(ffmpeg: FfmpegBinary): Promise<Finding> {
  const found = await Promise.all(CHIP_CODECS.map((codec) => examineCodec(ffmpeg, codec)));
  return { id: "decoders", status: "ok", found: found.join("; ") };
}

async function examineCodec(ffmpeg: FfmpegBinary, codec: ChipCodec): Promise<string> {
  const tried = await tryHardwareDecoders(ffmpeg, codec);
  const working = tried.filter(({ decodes }) => decodes).map(({ name }) => name);
  if (working.length > 0) return `${CODECS[codec]} can be decoded in hardware by ${working.join(", ")}`;
  const names = tried.map(({ name }) => name).join(", ");
  const idle = tried.length === 0 ? "this ffmpeg has no others" : `${names} decode nothing here`;
  return `${CODECS[codec]} is decoded in software: ${idle}`;
}
