import { expect, test } from "vitest";
import { ConfigSchema } from "../../../src/daemon/config/schema/config-schema.ts";
import {
  CHIP_DECODERS,
  chipCodec,
  compiledIn,
  decodedBy,
  hardwareDecoder,
} from "../../../src/stream/decoders/hardware-decoders.ts";
import type { SourceSettings } from "../../../src/stream/source-settings.ts";

test.each([
  ["nvv4l2dec", "-c:v h264_nvv4l2dec", "-c:v hevc_nvv4l2dec"],
  ["nvmpi", "-c:v h264_nvmpi", "-c:v hevc_nvmpi"],
  ["rkmpp", "-c:v h264_rkmpp", "-c:v hevc_rkmpp"],
  ["cuvid", "-c:v h264_cuvid", "-c:v hevc_cuvid"],
  ["qsv", "-c:v h264_qsv", "-c:v hevc_qsv"],
  ["vaapi", "-hwaccel vaapi", "-hwaccel vaapi"],
  ["v4l2m2m", "-c:v h264_v4l2m2m", "-c:v hevc_v4l2m2m"],
] as const)("%s of H.264 and H.265", (name, h264, hevc) => {
  const texts = (["h264", "hevc"] as const).map((codec) => hardwareDecoder(name, codec).arguments.join(" "));
  expect(texts).toEqual([h264, hevc]);
});

test("those that a build has are in the order in which they are taken, and the config takes their names", () => {
  const decoders = new Set(["h264", "h264_v4l2m2m", "h264_cuvid", "hevc_qsv", "h264_rkmpp"]);
  const names = (codec: "h264" | "hevc") =>
    compiledIn({ decoders, hwaccels: ["vaapi"] }, codec).map(({ name }) => name);
  expect(names("h264")).toEqual(["rkmpp", "cuvid", "vaapi", "v4l2m2m"]);
  expect(names("hevc")).toEqual(["qsv", "vaapi"]);
  const config = (decoder: string) => ({
    device: "box",
    cameras: { gate: { url: "rtsp://gate", decoder } },
    pipelines: {},
  });
  const refused = ["software", "auto", ...CHIP_DECODERS, "other"].filter((name) => {
    const { error } = ConfigSchema.safeParse(config(name));
    return error?.issues.some(({ path }) => path.at(-1) === "decoder");
  });
  expect(refused).toEqual(["other"]);
});

test("other codecs are decoded in software", () => {
  expect([chipCodec("mjpeg"), chipCodec(null), chipCodec("hevc")]).toEqual([null, null, "hevc"]);
});

test("arguments of the config come behind those of the decoder", () => {
  const settings = { inputArguments: ["-hwaccel_device", "/dev/dri/renderD129"] } as unknown as SourceSettings;
  const { inputArguments } = decodedBy(settings, hardwareDecoder("vaapi", "h264"));
  expect(inputArguments).toEqual(["-hwaccel", "vaapi", "-hwaccel_device", "/dev/dri/renderD129"]);
});
