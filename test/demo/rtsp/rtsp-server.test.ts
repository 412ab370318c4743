import { createHash } from "node:crypto";
import { once } from "node:events";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { LiveStream } from "../../../src/demo/live-stream.ts";
import { openRtspServer, type RtspServer } from "../../../src/demo/rtsp/rtsp-server.ts";
import { ffmpegPrograms, startCamera, type TestCamera } from "../../helpers/camera.ts";
import { pull, watch } from "../../helpers/ffmpeg-client.ts";
import { RtspClient } from "../../helpers/rtsp-client.ts";

const credentials = { user: "viewer", password: "p@ss:word/1" };
const SDP = "v=0\r\nm=video 5000 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:old\r\nm=audio 5002 RTP/AVP 0\r\n";
const WAIT = { timeout: 10_000 };

describe.each(ffmpegPrograms)("$name as the client", ({ name, path: program }) => {
  let camera: TestCamera;
  beforeAll(async () => {
    camera = await startCamera({ credentials });
  });
  afterAll(() => camera.close());

  it.each(["tcp", "udp"])("receives whole frames over %s with Digest credentials", async (transport) => {
    const { code, stderr, frames } = await pull(program, camera.url, { count: 12, transport });
    expect({ code, stderr, count: frames.length }).toEqual({ code: 0, stderr: "", count: 12 });
    expect(frames.every((frame) => new Set(frame).size > 20)).toBe(true);
  });

  it("is refused with 401 for a wrong password", async () => {
    const url = camera.server.url("/camera", { user: "viewer", password: "wrong" });
    const { code, stderr } = await pull(program, url, { count: 1, transport: "tcp" });
    expect(code).not.toBe(0);
    expect(stderr).toContain("401 Unauthorized");
  });

  it("is answered 404 for an unknown path", async () => {
    const { stderr } = await pull(program, camera.server.url("/nowhere", credentials), { count: 1, transport: "tcp" });
    expect(stderr).toContain("404 Not Found");
  });

  it("is answered 503 by a camera that refuses", async () => {
    const stream = camera.server.streamAt("/camera");
    if (stream !== undefined) stream.isRefused = true;
    const { stderr } = await pull(program, camera.url, { count: 1, transport: "tcp" });
    if (stream !== undefined) stream.isRefused = false;
    expect(stderr).toContain("503 Service Unavailable");
  });

  it("shares a camera with another client", async () => {
    const pulls = ["tcp", "udp"].map((transport) => pull(program, camera.url, { count: 8, transport }));
    expect((await Promise.all(pulls)).map(({ frames }) => frames.length)).toEqual([8, 8]);
  });

  it("runs into its own time limit when the camera freezes", async () => {
    const limit = name.startsWith("embedded") ? "-stimeout" : "-timeout";
    const client = watch(program, camera.url, ["-rtsp_transport", "tcp", limit, "1000000"]);
    expect(await client.received(3)).toBe(true);
    camera.freeze();
    await client.ended;
    camera.freeze(false);
    expect((await pull(program, camera.url, { count: 2, transport: "tcp" })).frames).toHaveLength(2);
  });

  it.each(["tcp", "udp"])("ends when every client is dropped, over %s, and may come back", async (transport) => {
    const client = watch(program, camera.url, ["-rtsp_transport", transport]);
    expect(await client.received(3)).toBe(true);
    camera.server.dropClients();
    await client.ended;
    expect((await pull(program, camera.url, { count: 2, transport })).frames).toHaveLength(2);
  });

  it("ends when the server closes, and is disconnected when the camera stops", async () => {
    const other = await startCamera();
    const first = watch(program, other.url, ["-rtsp_transport", "tcp"]);
    expect(await first.received(2)).toBe(true);
    await other.stop();
    await first.ended;
    expect((await pull(program, other.url, { count: 1, transport: "tcp" })).stderr).toContain("404");
    await other.restart();
    const second = watch(program, other.url, ["-rtsp_transport", "tcp"]);
    expect(await second.received(2)).toBe(true);
    await other.server.close();
    await second.ended;
    await other.stop();
  });
});

describe("the RTSP server", () => {
  let server: RtspServer;
  let stream: LiveStream;
  let client: RtspClient;
  let url: string;
  beforeEach(async () => {
    server = await openRtspServer();
    stream = server.addStream("/a b/c", { sdp: SDP });
    url = server.url("/a b/c");
    client = await RtspClient.open(server.port);
  });
  afterEach(async () => {
    client.close();
    await server.close();
  });

  it("describes one video track and where to ask for it", async () => {
    const response = await client.request("DESCRIBE", url);
    expect(response.headers.get("content-base")).toEqual([`${url}/`]);
    expect(response.body.split("\r\n")).toEqual([
      ...["v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=a b/c", "c=IN IP4 0.0.0.0", "t=0 0", "a=control:*"],
      ...["m=video 0 RTP/AVP 96", "a=rtpmap:96 H264/90000", "a=control:trackID=0", ""],
    ]);
  });

  it("names its methods, and knows no others", async () => {
    const options = await client.request("OPTIONS", "*");
    expect(options.headers.get("public")).toEqual(["OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER"]);
    expect((await client.request("RECORD", url)).status).toBe(501);
  });

  it("refuses sessions it does not know", async () => {
    for (const method of ["PLAY", "TEARDOWN", "GET_PARAMETER"]) {
      expect((await client.request(method, url, { Session: "12345678" })).status).toBe(454);
    }
    expect((await client.request("PLAY", url)).status).toBe(454);
    expect((await client.request("GET_PARAMETER", url)).status).toBe(200);
  });

  it.each(["", "RTP/AVP;multicast;client_port=5000-5001", "RTP/AVP;unicast", "RTP/AVP;unicast;client_port=70000"])(
    "refuses the transport %j",
    async (transport) => {
      expect((await client.request("SETUP", url, { Transport: transport })).status).toBe(461);
    },
  );

  it("takes the first transport it can serve", async () => {
    const offers = "RTP/AVP;multicast, RTP/AVP;unicast;client_port=5000-5001, RTP/AVP/TCP;interleaved=4-5";
    const response = await client.request("SETUP", url, { Transport: offers });
    expect(response.headers.get("transport")?.[0]).toMatch(
      /^RTP\/AVP;unicast;client_port=5000-5001;server_port=\d+-\d+$/,
    );
  });

  it("begins with a group, and ends with TEARDOWN", async () => {
    const session = await client.play(url);
    stream.send(middle(1));
    stream.send(groupStart(2));
    stream.sendRtcp(Buffer.from("report"));
    stream.send(middle(3));
    await client.request("GET_PARAMETER", url, { Session: session });
    expect(client.packets.map(({ channel, packet }) => [channel, packet])).toEqual([
      ...[
        [0, groupStart(2)],
        [1, Buffer.from("report")],
      ],
      [0, middle(3)],
    ]);
    await client.request("TEARDOWN", url, { Session: session });
    expect(stream.viewerCount).toBe(0);
  });

  it("sends nothing while frozen, and goes on with a group", async () => {
    const session = await client.play(url);
    stream.send(groupStart(1));
    stream.setFrozen(true);
    stream.send(groupStart(2));
    stream.setFrozen(false);
    stream.send(middle(3));
    stream.send(groupStart(4));
    await client.request("GET_PARAMETER", url, { Session: session });
    expect(client.packets.map(({ packet }) => packet)).toEqual([groupStart(1), groupStart(4)]);
  });

  it("ends a session with its connection", async () => {
    await client.play(url);
    expect(stream.viewerCount).toBe(1);
    client.close();
    await vi.waitFor(() => expect(stream.viewerCount).toBe(0), WAIT);
  });

  it("drops whole groups for a client that does not read", async () => {
    const session = await client.play(url);
    client.socket.pause();
    const sent = 40_000;
    for (let i = 0; i < sent; i++) stream.send(i % 50 === 0 ? groupStart(i) : middle(i));
    client.socket.resume();
    await client.request("GET_PARAMETER", url, { Session: session });
    stream.send(middle(60_001));
    stream.send(groupStart(60_002));
    await client.request("GET_PARAMETER", url, { Session: session });
    const numbers = client.packets.map(({ packet }) => packet.readUInt16BE(2));
    expect(numbers.length).toBeLessThan(sent / 2);
    expect(numbers.slice(0, -1)).toEqual(numbers.slice(0, -1).map((_, i) => i));
    expect(numbers.at(-1)).toBe(60_002);
  });

  it("disconnects the clients of a path that is removed", async () => {
    await client.play(url);
    const closed = once(client.socket, "close");
    server.removeStream("/a b/c");
    await closed;
  });

  it("accepts Basic, and Digest with qop", async () => {
    server.addStream("/safe", { sdp: SDP, credentials });
    const safe = server.url("/safe");
    const challenge = await client.request("DESCRIBE", safe);
    const offers = challenge.headers.get("www-authenticate") ?? [];
    expect([challenge.status, offers.map((offer) => offer.split(" ")[0])]).toEqual([401, ["Digest", "Basic"]]);
    const nonce = /nonce="(\w+)"/.exec(offers[0] ?? "")?.[1] ?? "";
    const basic = `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString("base64")}`;
    for (const Authorization of [basic, digestWithQop(safe, nonce)]) {
      expect((await client.request("DESCRIBE", safe, { Authorization })).status).toBe(200);
    }
    expect((await client.request("DESCRIBE", safe, { Authorization: digestWithQop(safe, "0") })).status).toBe(401);
  });

  it("survives whatever bytes a client sends", async () => {
    const words = fc.constantFrom(
      "OPTIONS * RTSP/1.0\r\n",
      "CSeq: 1\r\n",
      "\r\n",
      "$",
      "Content-Length: 9\r\n",
      "\0",
      ":",
    );
    const bytes = fc.array(fc.oneof(words, fc.string()), { maxLength: 12 }).map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(bytes, async (text) => {
        const stranger = await RtspClient.open(server.port);
        stranger.socket.end(text);
        await once(stranger.socket, "close");
      }),
      { numRuns: 60 },
    );
    expect((await client.request("OPTIONS", "*")).status).toBe(200);
  });

  it("answers 400 to a head that is too long", async () => {
    const answer = once(client.socket, "data");
    client.socket.write(`OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nX: ${"x".repeat(2000)}\r\n\r\n`);
    expect(String(await answer)).toContain("400 Bad Request");
  });
});

/** RTP packets of 1200 bytes: a sequence parameter set, and a slice of a picture. */
function groupStart(sequence: number): Buffer {
  return rtpPacket(sequence, 7);
}

function middle(sequence: number): Buffer {
  return rtpPacket(sequence, 1);
}

function rtpPacket(sequence: number, unitType: number): Buffer {
  const packet = Buffer.alloc(1200);
  packet[0] = 0x80;
  packet.writeUInt16BE(sequence, 2);
  packet[12] = unitType;
  return packet;
}

function digestWithQop(uri: string, nonce: string): string {
  const md5 = (text: string) => createHash("md5").update(text).digest("hex");
  const secret = md5(`${credentials.user}:millrace:${credentials.password}`);
  const response = md5(`${secret}:${nonce}:00000001:abc:auth:${md5(`DESCRIBE:${uri}`)}`);
  const fields = `realm="millrace", nonce="${nonce}", uri="${uri}", qop=auth, nc=00000001, cnonce="abc"`;
  return `Digest username="${credentials.user}", ${fields}, response="${response}"`;
}
