import { describe, expect, it } from "vitest";
import { clipArguments, encoderArguments } from "../../src/demo/encoder-arguments.ts";

const settings = { rtpPort: 5000, bitrateKbps: 1000, groupS: 0.5 };

describe("encoderArguments", () => {
  it("encodes for clients that join at any time", () => {
    const source = { kind: "lavfi", graph: "testsrc2=rate=5" } as const;
    expect(encoderArguments({ ...settings, source }).join(" ")).toMatchInlineSnapshot(
      `"-hide_banner -loglevel warning -nostats -nostdin -re -f lavfi -i testsrc2=rate=5 -an -sn -dn -c:v libx264 -preset ultrafast -tune zerolatency -pix_fmt yuv420p -bf 0 -threads 1 -force_key_frames expr:gte(t,n_forced*0.5) -g 100000 -sc_threshold 0 -crf 23 -maxrate 1000k -bufsize 500k -flags +global_header -bsf:v dump_extra -f rtp rtp://127.0.0.1:5000?rtcpport=5001&pkt_size=1200"`,
    );
  });

  it("stamps drawn frames when they arrive", () => {
    const source = { kind: "drawn", width: 64, height: 48, fps: 12, draw: () => {} } as const;
    expect(inputOf(encoderArguments({ ...settings, source }))).toMatchInlineSnapshot(
      `"-probesize 32 -analyzeduration 0 -use_wallclock_as_timestamps 1 -f rawvideo -pix_fmt rgb24 -video_size 64x48 -framerate 1000 -i pipe:0 -r 12"`,
    );
  });

  it("loops a file at its own rate or at a given one", () => {
    const source = { kind: "file", file: "hall.mp4" } as const;
    expect(inputOf(encoderArguments({ ...settings, source }))).toMatchInlineSnapshot(
      `"-nostdin -re -stream_loop -1 -i hall.mp4 -vf scale=trunc(iw/2)*2:trunc(ih/2)*2"`,
    );
    expect(inputOf(encoderArguments({ ...settings, source: { ...source, fps: 5 } }))).toMatchInlineSnapshot(
      `"-nostdin -re -stream_loop -1 -i hall.mp4 -vf scale=trunc(iw/2)*2:trunc(ih/2)*2 -r 5"`,
    );
  });

  it("sends the packets of an encoded file as they are", () => {
    const source = { kind: "encoded", file: "hall.mkv" } as const;
    expect(
      encoderArguments({ ...settings, source })
        .slice(4)
        .join(" "),
    ).toMatchInlineSnapshot(
      `"-nostdin -re -stream_loop -1 -i hall.mkv -an -sn -dn -c:v copy -f rtp rtp://127.0.0.1:5000?rtcpport=5001&pkt_size=1200"`,
    );
  });

  it("encodes such a file once through", () => {
    const video = { file: "hall.mp4", fps: 5, seconds: 20 };
    const args = clipArguments(video, { bitrateKbps: 1000, groupS: 0.5, path: "hall.mkv" });
    expect(args.slice(4).join(" ")).toMatchInlineSnapshot(
      `"-nostdin -stream_loop -1 -t 20 -i hall.mp4 -vf scale=trunc(iw/2)*2:trunc(ih/2)*2,fps=5 -an -sn -dn -c:v libx264 -preset ultrafast -tune zerolatency -pix_fmt yuv420p -bf 0 -threads 1 -force_key_frames expr:gte(t,n_forced*0.5) -g 100000 -sc_threshold 0 -crf 23 -maxrate 1000k -bufsize 500k -flags +global_header -bsf:v dump_extra -f matroska -y hall.mkv"`,
    );
  });
});

function inputOf(args: string[]): string {
  return args.slice(args.indexOf("-nostats") + 1, args.indexOf("-an")).join(" ");
}
