import { describe, expect, test } from "vitest";
import { FULL_RGB, LUMINANCE, type RenditionRequest } from "../../../src/kinds/frame.ts";
import { ffmpegArguments } from "../../../src/stream/ffmpeg/ffmpeg-arguments.ts";
import type { SourceSettings } from "../../../src/stream/source-settings.ts";

const modern = { rtspTimeoutOption: "timeout", frameRateModeOption: "fps_mode", keepsSizes: true } as const;
const old = { rtspTimeoutOption: "stimeout", frameRateModeOption: "vsync", keepsSizes: false } as const;

const base: SourceSettings = {
  url: "rtsp://camera/1",
  transport: "tcp",
  pace: "realtime",
  loop: false,
  connectTimeoutMs: 8000,
  stallTimeoutMs: 10_000,
};
const file: SourceSettings = { ...base, url: "clip.mp4", pace: "fast" };
const stretch: RenditionRequest = { fit: "stretch", width: 320, height: 240, pixelFormat: "bgr24", pad: 0 };
const centered: RenditionRequest = { fit: "letterbox_center", width: 416, height: 416, pixelFormat: "rgb24", pad: 114 };
const topLeft: RenditionRequest = { ...centered, fit: "letterbox_top_left", pad: 0 };

const line = (settings: SourceSettings, renditions = [stretch], ffmpeg: typeof modern | typeof old = modern) =>
  ffmpegArguments(settings, ffmpeg, renditions).join(" ");

/** The part between the logging options and the filters. */
const input = (settings: SourceSettings, ffmpeg: typeof modern | typeof old = modern) =>
  line(settings, [stretch], ffmpeg).replace(/^.* verbose | -filter_complex.*$/g, "");

const graph = (settings: SourceSettings, renditions: RenditionRequest[]) =>
  line(settings, renditions, old).replace(/^.*-filter_complex | -map .*$/g, "");

test("an RTSP camera with two renditions", () => {
  expect(line(base, [stretch, FULL_RGB])).toMatchInlineSnapshot(
    `"-hide_banner -nostdin -nostats -loglevel verbose -flags low_delay -fpsprobesize 0 -analyzeduration 1 -rtsp_transport tcp -allowed_media_types video -timeout 12000000 -an -sn -dn -i rtsp://camera/1 -filter_complex [0:v:0]split=2[s0][s1];[s0]scale=320:240:flags=bilinear,format=bgr24[o0];[s1]scale=flags=bilinear,format=rgb24[o1] -map [o0] -c:v rawvideo -threads 1 -fps_mode passthrough -flush_packets 1 -f nut -write_index 0 pipe:3 -map [o1] -c:v rawvideo -threads 1 -fps_mode passthrough -flush_packets 1 -f nut -write_index 0 pipe:4"`,
  );
});

test("the luminance beside a model's input", () => {
  expect(graph(base, [stretch, LUMINANCE])).toContain("[s1]scale=160:90:flags=bilinear,format=gray[o1]");
});

test("the same camera with an old ffmpeg", () => {
  expect(line(base, [stretch], old)).toMatchInlineSnapshot(
    `"-hide_banner -nostdin -nostats -loglevel verbose -flags low_delay -fpsprobesize 0 -analyzeduration 1 -rtsp_transport tcp -allowed_media_types video -stimeout 12000000 -an -sn -dn -i rtsp://camera/1 -filter_complex [0:v:0]split=1[s0];[s0]scale=320:240:flags=bilinear,format=bgr24[o0] -map [o0] -c:v rawvideo -threads 1 -vsync passthrough -flush_packets 1 -f nut -write_index 0 pipe:3"`,
  );
});

test("a file says the size of each frame beside the renditions, where ffmpeg can leave frames at their size", () => {
  expect(line(file, [stretch])).toMatchInlineSnapshot(
    `"-hide_banner -nostdin -nostats -loglevel verbose -an -sn -dn -i clip.mp4 -filter_complex [0:v:0]split=3[s0][s1][s2];[s0]scale=iw:1:flags=neighbor,format=gray[o0];[s1]scale=1:ih:flags=neighbor,format=gray[o1];[s2]scale=320:240:flags=bilinear,format=bgr24[o2] -map [o0] -c:v rawvideo -threads 1 -fps_mode passthrough -autoscale 0 -flush_packets 1 -f nut -write_index 0 pipe:3 -map [o1] -c:v rawvideo -threads 1 -fps_mode passthrough -autoscale 0 -flush_packets 1 -f nut -write_index 0 pipe:4 -map [o2] -c:v rawvideo -threads 1 -fps_mode passthrough -autoscale 0 -flush_packets 1 -f nut -write_index 0 pipe:5"`,
  );
  expect(line(file, [stretch], old)).not.toContain("autoscale");
});

describe("the input", () => {
  test("of an RTSP camera over UDP with credentials, a decoder and one thread", () => {
    const inputArguments = ["-c:v", "h264_nvv4l2dec"];
    const access = { username: "me@home", password: "p:ss/wörd" };
    expect(input({ ...base, transport: "udp", ...access, inputArguments, threads: 1 })).toMatchInlineSnapshot(
      `"-threads 1 -flags low_delay -fpsprobesize 0 -analyzeduration 1 -rtsp_transport udp -allowed_media_types video -timeout 12000000 -an -sn -dn -c:v h264_nvv4l2dec -i rtsp://me%40home:p%3Ass%2Fw%C3%B6rd@camera/1"`,
    );
  });

  test("has configured credentials in place of those of the URL", () => {
    expect(input({ ...base, url: "rtsp://a:b@camera/1", username: "c", password: "d" })).toContain(
      " -i rtsp://c:d@camera/1",
    );
    expect(input({ ...base, url: "rtsp://a:b@camera/1" })).toContain(" -i rtsp://a:b@camera/1");
  });

  test("of MJPEG over HTTP", () => {
    expect(input({ ...base, url: "http://camera/video.mjpg" }, old)).toMatchInlineSnapshot(
      `"-flags low_delay -fpsprobesize 0 -analyzeduration 1 -rw_timeout 12000000 -an -sn -dn -i http://camera/video.mjpg"`,
    );
  });

  test("of a USB camera", () => {
    expect(input({ ...base, url: "v4l2:///dev/video0" })).toMatchInlineSnapshot(
      `"-flags low_delay -fpsprobesize 0 -analyzeduration 1 -f v4l2 -an -sn -dn -i /dev/video0"`,
    );
    expect(input({ ...base, url: "/dev/video0" })).toBe(input({ ...base, url: "v4l2:///dev/video0" }));
  });

  test("of another network stream", () => {
    expect(input({ ...base, url: "rtmp://server/live" })).toMatchInlineSnapshot(
      `"-flags low_delay -fpsprobesize 0 -analyzeduration 1 -an -sn -dn -i rtmp://server/live"`,
    );
  });

  test("of a file, as fast as it goes", () => {
    expect(input(file)).toMatchInlineSnapshot(`"-an -sn -dn -i clip.mp4"`);
  });

  test("of a file that is played for ever", () => {
    expect(input({ ...file, pace: "realtime", loop: true })).toMatchInlineSnapshot(
      `"-flags low_delay -re -stream_loop -1 -an -sn -dn -i clip.mp4"`,
    );
  });

  test("of a file whose name looks like a protocol", () => {
    expect(input({ ...file, url: "concat:a.mp4" })).toContain(" -i file:concat:a.mp4");
    expect(input({ ...file, url: "file:///videos/a.mp4" })).toContain(" -i file:///videos/a.mp4");
  });
});

describe("frames that are not decoded", () => {
  test.each([
    ["auto", []],
    ["all", []],
    ["referenced", ["-skip_frame", "noref"]],
    ["keyframes", ["-skip_frame", "nokey"]],
  ] as const)("with %s", (decode, expected) => {
    const shown = input({ ...base, decode, inputArguments: ["-an"] });
    expect(
      shown.includes("-skip_frame")
        ? shown
            .match(/-skip_frame \w+/g)
            ?.join()
            .split(" ")
        : [],
    ).toEqual(expected);
    expect(shown.indexOf("-skip_frame")).toBeLessThan(shown.indexOf("-i rtsp"));
  });

  test.each([
    ["of all frames the first of an interval", {}, "floor(ld(2)*2+0.001)"],
    ["of keyframes those far enough from the last", { decode: "keyframes" }, "gte(ld(2)-ld(3),0.450000)"],
    ["of even frames by half their gap", { decode: "referenced", decodedEveryS: 0.04 }, "gte(ld(2)-ld(3),0.480000)"],
    ["of other referenced frames as of all", { decode: "referenced" }, "floor(ld(2)*2+0.001)"],
  ] as const)("the limit chooses %s", (_, settings, expected) => {
    expect(graph({ ...base, maxFps: 2, ...settings }, [stretch])).toContain(expected);
  });
});

describe("the filters", () => {
  test("fit a picture into a box in four ways", () => {
    const filters = [stretch, centered, topLeft, FULL_RGB].map((request) => graph(file, [request]));
    expect(filters).toMatchInlineSnapshot(`
      [
        "[0:v:0]split=1[s0];[s0]scale=320:240:flags=bilinear,format=bgr24[o0]",
        "[0:v:0]split=1[s0];[s0]scale='max(1,if(lte(416*ih,416*iw),416,floor(iw*416/ih)))':'max(1,if(lte(416*ih,416*iw),floor(ih*416/iw),416))':flags=bilinear,format=rgb24,pad=416:416:'floor((ow-iw)/2)':'floor((oh-ih)/2)':color=0x727272[o0]",
        "[0:v:0]split=1[s0];[s0]scale='max(1,if(lte(416*ih,416*iw),416,floor(iw*416/ih)))':'max(1,if(lte(416*ih,416*iw),floor(ih*416/iw),416))':flags=bilinear,format=rgb24,pad=416:416:0:0:color=0x000000[o0]",
        "[0:v:0]split=1[s0];[s0]scale=flags=bilinear,format=rgb24[o0]",
      ]
    `);
  });

  test("limit the frame rate before the picture is split", () => {
    expect(graph({ ...file, maxFps: 10 }, [stretch, FULL_RGB])).toMatchInlineSnapshot(
      `"[0:v:0]select='isnan(t)+isnan(prev_selected_t)+gt(floor(t*10+0.001),floor(prev_selected_t*10+0.001))',split=2[s0][s1];[s0]scale=320:240:flags=bilinear,format=bgr24[o0];[s1]scale=flags=bilinear,format=rgb24[o1]"`,
    );
  });
});
