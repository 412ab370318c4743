import type { SourceSettings } from "../source-settings.ts";

export const CHIP_CODECS = ["h264", "hevc"] as const;

/** A codec that chips decode, by ffmpeg's name. */
export type ChipCodec = (typeof CHIP_CODECS)[number];

/** A decoder of a chip as ffmpeg takes it. */
export interface HardwareDecoder {
  /** In the config and in the log: `cuvid`, `vaapi`. */
  name: ChipDecoder;
  codec: ChipCodec;
  /** Options before the input. */
  arguments: readonly string[];
}

interface Row {
  name: string;
  /** A decoder of its own for each codec, or an accelerator of ffmpeg's decoder. */
  kind: "decoder" | "accelerator";
}

/** In the order in which they are taken: a vendor's own before those of any vendor. */
const ROWS = [
  { name: "nvv4l2dec", kind: "decoder" },
  { name: "nvmpi", kind: "decoder" },
  { name: "rkmpp", kind: "decoder" },
  { name: "cuvid", kind: "decoder" },
  { name: "qsv", kind: "decoder" },
  { name: "vaapi", kind: "accelerator" },
  { name: "v4l2m2m", kind: "decoder" },
] as const satisfies readonly Row[];

/** Names of chips' decoders that the config takes. */
export type ChipDecoder = (typeof ROWS)[number]["name"];

export const CHIP_DECODERS: readonly ChipDecoder[] = ROWS.map(({ name }) => name);

/** What a camera is to be decoded by. */
export type DecoderWish = "software" | "auto" | ChipDecoder;

/** Null for a codec that is always decoded in software. */
export function chipCodec(codec: string | null): ChipCodec | null {
  return CHIP_CODECS.find((known) => known === codec) ?? null;
}

export function hardwareDecoder(name: ChipDecoder, codec: ChipCodec): HardwareDecoder {
  const kind = ROWS.find((row) => row.name === name)?.kind;
  const options = kind === "accelerator" ? ["-hwaccel", name] : ["-c:v", `${codec}_${name}`];
  return { name, codec, arguments: options };
}

/** Those that a build of ffmpeg has. A build with one does not mean that the machine has the chip. */
export function compiledIn(
  { decoders, hwaccels }: { decoders: ReadonlySet<string>; hwaccels: readonly string[] },
  codec: ChipCodec,
): HardwareDecoder[] {
  const has = ({ name, kind }: Row) =>
    kind === "accelerator" ? hwaccels.includes(name) : decoders.has(`${codec}_${name}`);
  return ROWS.filter(has).map(({ name }) => hardwareDecoder(name, codec));
}

/** The settings of a run with this decoder; arguments that the config states come behind it. */
export function decodedBy(settings: SourceSettings, decoder: HardwareDecoder): SourceSettings {
  return { ...settings, inputArguments: [...decoder.arguments, ...(settings.inputArguments ?? [])] };
}
