import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { type AddressInfo, connect, createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { createServer as createTls } from "node:tls";
import sharp from "sharp";
import { describe, expect, onTestFinished, test } from "vitest";
import { isAuthorized } from "../../../src/demo/rtsp/rtsp-auth.ts";
import { openRtspServer } from "../../../src/demo/rtsp/rtsp-server.ts";
import { probeFfmpeg } from "../../../src/stream/ffmpeg/ffmpeg-binary.ts";
import { openRelay } from "../../../src/stream/relay/relay.ts";
import { ffmpegPrograms, startCamera } from "../../helpers/camera.ts";
import { commandLines } from "../../helpers/processes.ts";
import { useFolder } from "../clip.ts";
import { collect, createStream } from "../open-cameras.ts";

const folder = useFolder();
const USER = { username: "viewer", password: "geheim/1" };
const ACCESS = { user: "viewer", password: "geheim/1" };

const bare = (url: string) => url.replace(/\/\/[^/@]*@/, "//");
const ownAddress = Object.values(networkInterfaces())
  .flat()
  .find((found) => found?.family === "IPv4" && !found.internal)?.address;

async function failureOf(settings: Parameters<Awaited<ReturnType<typeof createStream>>["open"]>[0]) {
  const stream = await createStream();
  const camera = stream.open({ retry: false, ...settings });
  await collect(camera).until(() => camera.statistics().state === "failed");
  return stream.failures().map(({ cause, message }) => [cause, message])[0];
}

/** Answers every request with what `answer` says of its method, as `status headers body`. */
async function scripted(answer: (method: string, request: string) => string): Promise<string> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      const request = chunk.toString();
      const sequence = /cseq: *(\d+)/i.exec(request)?.[1];
      const [head = "", body = ""] = answer(request.split(" ")[0] ?? "", request).split("\n\n");
      const length = body === "" ? "" : `Content-Type: application/sdp\r\nContent-Length: ${body.length}\r\n`;
      socket.write(`RTSP/1.0 ${head.replace("\n", `\r\nCSeq: ${sequence}\r\n`)}\r\n${length}\r\n${body}`);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const programs = (["tcp", "udp"] as const).flatMap((transport) =>
  ffmpegPrograms.map((program) => ({ ...program, transport })),
);

test.skipIf(ownAddress === undefined).each(programs)(
  "$name over $transport watches a camera elsewhere, and no process shows its password or address",
  async ({ path, transport }) => {
    const server = await openRtspServer({ host: ownAddress ?? "" });
    const simulated = await startCamera({ server, credentials: ACCESS, path: "/secret-path" });
    onTestFinished(() => simulated.close().then(() => server.close()));
    const stream = await createStream({ ffmpeg: await probeFfmpeg(path, "system") });
    const camera = stream.open({ url: `${bare(simulated.url)}`, transport, ...USER });
    const { frames, until } = collect(camera);
    await until(() => frames.length >= 3);
    const shown = commandLines().filter((line) => /geheim|secret-path/.test(line));
    await camera.stop(0);
    expect([shown, stream.failures()]).toEqual([[], []]);
  },
);

test("only our own user gets through a relay", async (context) => {
  if (process.getuid?.() !== 0) return context.skip("only root can be another user");
  const simulated = await startCamera();
  onTestFinished(() => simulated.close());
  const relay = await openRelay({ url: simulated.url, transport: "tcp" });
  onTestFinished(() => relay.close());
  const request = `OPTIONS ${relay.url} RTSP/1.0\\r\\nCSeq: 1\\r\\n\\r\\n`;
  const port = new URL(relay.url).port;
  const code = `const s=require("net").connect(${port},"127.0.0.1",()=>s.write("${request}"));s.on("error",()=>{});s.once("data",(d)=>{console.log(String(d).slice(0,15));s.destroy()})`;
  const as = async (uid: number) => {
    const { spawn } = await import("node:child_process");
    const child = spawn(process.execPath, ["-e", code], { uid, stdio: ["ignore", "pipe", "ignore"] });
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    await once(child, "close");
    return text.trim();
  };
  expect([await as(0), await as(65_534)]).toEqual(["RTSP/1.0 200 OK", ""]);
});

describe("what a camera answers is reported as it is meant:", () => {
  test.each([
    [
      "461 Unsupported Transport",
      "refused",
      'it does not send over udp: set "transport: tcp" (461 Unsupported Transport)',
    ],
    [
      "453 Not Enough Bandwidth",
      "busy",
      "it gives no more streams: close other viewers, or ask for a smaller stream (453 Not Enough Bandwidth)",
    ],
    [
      "403 Forbidden",
      "unauthorised",
      "this user may not see the stream; check user name, password and address (403 Forbidden)",
    ],
  ])("%s", async (status, cause, message) => {
    const sdp =
      "v=0\r\no=- 0 0 IN IP4 0\r\ns=x\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track1\r\n";
    const host = await scripted((method) =>
      method === "SETUP" ? `${status}\n` : method === "DESCRIBE" ? `200 OK\n\n${sdp}` : "200 OK\n",
    );
    expect(await failureOf({ url: `rtsp://${host}/1`, transport: "udp" })).toEqual([
      cause,
      `"rtsp://${host}/1": ${message}`,
    ]);
  });
});

test("tracks that a camera names by addresses of its own are asked for by these", async () => {
  const asked: string[] = [];
  const sdp =
    "v=0\r\no=- 0 0 IN IP4 0\r\ns=x\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:rtsp://10.9.8.7/own/track1\r\n";
  const host = await scripted((method, request) => {
    asked.push(request.split("\r\n")[0] ?? "");
    if (method === "DESCRIBE") return `200 OK\nContent-Base: rtsp://10.9.8.7/own/\n\n${sdp}`;
    return method === "SETUP" ? "500 Enough\n" : "200 OK\n";
  });
  await failureOf({ url: `rtsp://${host}/live?x=1` });
  expect(asked).toEqual([
    `OPTIONS rtsp://${host}/live?x=1 RTSP/1.0`,
    `DESCRIBE rtsp://${host}/live?x=1 RTSP/1.0`,
    "SETUP rtsp://10.9.8.7/own/track1 RTSP/1.0",
  ]);
});

describe("a camera over HTTP", () => {
  test.each(ffmpegPrograms)(
    "that asks $name for a password by Digest is watched, and nothing shows it",
    async ({ path }) => {
      const picture = await sharp({ create: { width: 64, height: 48, channels: 3, background: "red" } })
        .jpeg()
        .toBuffer();
      const server = createHttp((request, response) => {
        const { authorization } = request.headers;
        const given = { method: request.method ?? "", uri: request.url ?? "", authorization, nonce: "once" };
        if (!isAuthorized(given, ACCESS)) {
          response.writeHead(401, { "www-authenticate": 'Digest realm="millrace", nonce="once", qop="auth"' }).end();
          return;
        }
        response.writeHead(200, { "content-type": "multipart/x-mixed-replace;boundary=xx" });
        const timer = setInterval(() => {
          response.write(`--xx\r\nContent-Type: image/jpeg\r\nContent-Length: ${picture.length}\r\n\r\n`);
          response.write(picture);
          response.write("\r\n");
        }, 40);
        response.on("close", () => clearInterval(timer));
      }).listen(0, "127.0.0.1");
      await once(server, "listening");
      onTestFinished(() => {
        server.closeAllConnections();
        server.close();
      });
      const stream = await createStream({ ffmpeg: await probeFfmpeg(path, "system") });
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret/video.mjpg?pwd=geheim`;
      const camera = stream.open({ url, ...USER });
      const { frames, until } = collect(camera);
      await until(() => frames.length >= 3 || stream.failures().length > 0);
      const shown = commandLines().filter((line) => /geheim|secret/.test(line));
      await camera.stop(0);
      expect([shown, stream.failures()]).toEqual([[], []]);
      const wrong = await failureOf({ url, username: "viewer", password: "wrong" });
      expect(wrong).toEqual([
        "unauthorised",
        expect.stringContaining("access is denied; check user name and password"),
      ]);
    },
  );
});

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

test.skipIf(!hasOpenssl)("the certificate of an rtsps camera is checked unless that is switched off", async () => {
  const [key, cert] = [folder.path("key.pem"), folder.path("cert.pem")];
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  spawnSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, ...names]);
  const simulated = await startCamera({ credentials: ACCESS });
  const camera = new URL(simulated.url);
  const server = createTls({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
    const inner = connect(Number(camera.port), camera.hostname);
    for (const end of [socket, inner]) end.on("error", () => {});
    socket.pipe(inner).pipe(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    return simulated.close();
  });
  const url = `rtsps://localhost:${(server.address() as AddressInfo).port}/camera`;
  expect(await failureOf({ url, ...USER })).toEqual([
    "untrusted",
    `"${url}": its certificate is not trusted: name its authority with "ca_file", or accept any with "verify: false" (DEPTH_ZERO_SELF_SIGNED_CERT)`,
  ]);
  for (const tls of [{ verify: false }, { verify: true, caFile: cert }]) {
    const stream = await createStream();
    const watched = stream.open({ url, ...USER, tls });
    const { frames, until } = collect(watched);
    await until(() => frames.length >= 2 || stream.failures().length > 0);
    await watched.stop(0);
    expect(stream.failures()).toEqual([]);
  }
});
