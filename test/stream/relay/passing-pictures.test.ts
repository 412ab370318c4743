import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { type PassingPicture, PassingPictures, videoOf } from "../../../src/stream/relay/passing-pictures.ts";
import { useFolder, writeCodedClip } from "../clip.ts";

const folder = useFolder();

const description = (video: string) => `v=0\r\ns=x\r\n${video}`;
const ofVideo = (codec: string) => `m=video 0 RTP/AVP 96\r\na=rtpmap:96 ${codec}/90000\r\n`;

test.each([
  ["of H.264", ofVideo("H264"), { codec: "H264", clock: 90_000 }],
  ["of H.265, in small letters", ofVideo("h265"), { codec: "H265", clock: 90_000 }],
  [
    "with sound before it",
    `m=audio 0 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n${ofVideo("H264")}`,
    { codec: "H264", clock: 90_000 },
  ],
  ["of MJPEG", "m=video 0 RTP/AVP 26\r\n", null],
  ["of two videos", ofVideo("H264") + ofVideo("H264"), null],
] as const)("the video of a session description %s", (_, text, expected) => {
  expect(videoOf(description(text))).toEqual(expected);
});

/** What ffmpeg sends of a file as RTP, in packets as small as networks want them. */
async function packetsOf(file: string): Promise<Buffer[]> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  onTestFinished(() => void socket.close());
  const packets: Buffer[] = [];
  socket.on("message", (packet) => packets.push(packet));
  const { port } = socket.address() as AddressInfo;
  // Reports go elsewhere, and the pace keeps the socket's buffer from running over.
  const to = `rtp://127.0.0.1:${port}?rtcpport=9&pkt_size=1200`;
  await promisify(execFile)("ffmpeg", ["-v", "error", "-re", "-i", file, "-c", "copy", "-f", "rtp", to]);
  const end = once(socket, "message");
  socket.send("end", port, "127.0.0.1");
  await end;
  while (packets.at(-1)?.toString() !== "end") await once(socket, "message");
  return packets.slice(0, -1);
}

async function decodedWith(file: string, skip: string): Promise<number> {
  const { stdout } = await promisify(execFile)("ffmpeg", [
    ...["-v", "error", "-skip_frame", skip, "-i", file],
    ...["-fps_mode", "passthrough", "-f", "framecrc", "-"],
  ]);
  return stdout.split("\n").filter((line) => /^\d/.test(line)).length;
}

test.each([
  ["libx264", "H264", 0],
  ["libx264", "H264", 2],
  ["libx265", "H265", 0],
  ["libx265", "H265", 2],
] as const)(
  "pictures of %s (%s, %i between) are those that a decoder leaves out or not",
  async (encoder, codec, between) => {
    const clip = { encoder, between, frames: 37, group: 12, size: "640x480" };
    const file = await writeCodedClip(folder.path(`${encoder}-${between}.mp4`), clip);
    const pictures: PassingPicture[] = [];
    const reader = new PassingPictures({ codec, clock: 90_000 }, (picture) => pictures.push(picture));
    for (const packet of await packetsOf(file)) reader.packet(packet);
    // The last one is complete only when another begins.
    expect(pictures).toHaveLength(36);
    const keys = pictures.filter(({ isKey }) => isKey).map(({ atS }) => atS - (pictures[0]?.atS ?? 0));
    expect(keys.map((atS) => Math.round(atS * 10))).toEqual([0, 12, 24]);
    const [referenced, keyframes] = await Promise.all([decodedWith(file, "noref"), decodedWith(file, "nokey")]);
    expect(keyframes).toBe(4);
    expect(pictures.filter(({ isReferenced }) => isReferenced).length).toBe(referenced - 1);
  },
);

test("packets that are cut off say nothing", () => {
  const pictures: PassingPicture[] = [];
  const reader = new PassingPictures({ codec: "H264", clock: 90_000 }, (picture) => pictures.push(picture));
  const whole = Buffer.from("9060000000000000000000001000ffff", "hex");
  for (let length = 0; length <= whole.length; length++) reader.packet(whole.subarray(0, length));
  expect(pictures).toEqual([]);
});
