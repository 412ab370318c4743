import { request } from "node:http";
import { hostname } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HttpServer, openHttp } from "../../../src/daemon/http/http.ts";
import { HEALTHY_PAGES } from "../../helpers/healthy.ts";

let server: HttpServer;
/** Pictures that were asked for: an encoder runs for each. */
const started: string[] = [];

beforeAll(async () => {
  const start = (shown: string | { camera: string }, response: { end(): void }) => {
    started.push(typeof shown === "string" ? shown : shown.camera);
    response.end();
  };
  server = await openHttp({
    host: "127.0.0.1",
    port: 0,
    allowedHosts: ["cameras.example.org"],
    device: "box",
    pictures: (camera) =>
      camera === "gate" ? { outputs: [], shown: null, mjpeg: new Map(), hls: new Map() } : undefined,
    live: { stream: start, next: async () => Buffer.from("x") } as never,
    raw: { stream: start } as never,
    ...HEALTHY_PAGES,
    expansions: async () => ({}),
  });
});
afterAll(() => server.close());

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: string;
}

function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request(new URL(path, server.url), { headers, method }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => {
        body += text;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asking.on("error", reject).end();
  });
}

const statusOf = async (path: string, headers: Record<string, string> = {}) => (await ask(path, headers)).status;

describe("a request under a name", () => {
  it.each([
    "127.0.0.1:8480",
    "[::1]:8480",
    "192.168.1.20",
    "localhost:8480",
    "cam.localhost",
    "dock",
    hostname(),
    `${hostname()}.local:8480`,
    "cameras.example.org",
    "CAMERAS.example.org.:80",
  ])("of this device is answered: %s", async (host) => {
    expect(await statusOf("/health", { host })).toBe(200);
  });

  it.each([
    "evil.example",
    "127.0.0.1.evil.example:8480",
    "localhost.evil.example",
    "cameras.example.org.evil.example",
    "a b",
  ])("that another site has led here is not: %s", async (host) => {
    for (const path of ["/", "/health", "/expansions.json", "/live/gate.mjpeg"]) {
      const { status, body } = await ask(path, { host });
      expect([status, body]).toEqual([403, expect.stringContaining('"http.allowed_hosts"')]);
    }
  });
});

describe("pictures of a camera", () => {
  const pictures = ["/live/gate.mjpeg", "/raw/gate.ts"];

  it.each([
    ["names its site as the origin", { origin: "https://evil.example" }],
    ["names its site as where it comes from", { referer: "http://evil.example/page" }],
    ["has no origin", { origin: "null" }],
    ["is of another site, as the browser says", { "sec-fetch-site": "cross-site", "sec-fetch-dest": "image" }],
    ["leads there", { "sec-fetch-site": "cross-site", "sec-fetch-dest": "document" }],
  ])("are not made for a page that %s", async (_, headers) => {
    started.length = 0;
    for (const path of pictures) expect(await statusOf(path, headers as Record<string, string>)).toBe(403);
    expect(started).toEqual([]);
  });

  it.each([
    ["a player", {}],
    ["the live page", { referer: "http://127.0.0.1:8480/", "sec-fetch-site": "same-origin" }],
    ["a page of the own network", { referer: "http://homeassistant:8123/lovelace" }],
    [
      "a page of a site that the config names",
      { referer: "https://cameras.example.org/", "sec-fetch-site": "cross-site" },
    ],
  ])("are made for %s", async (_, headers) => {
    started.length = 0;
    for (const path of pictures) expect(await statusOf(path, headers as Record<string, string>)).toBe(200);
    expect(started).toEqual(["gate", "gate"]);
  });

  it("are not made for who only wants to know whether they are there", async () => {
    started.length = 0;
    for (const path of pictures) expect((await ask(path, {}, "HEAD")).status).toBe(200);
    expect(started).toEqual([]);
  });
});

describe("a page", () => {
  it("may be led to from other sites", async () => {
    expect(await statusOf("/", { "sec-fetch-site": "cross-site", "sec-fetch-dest": "document" })).toBe(200);
    expect(await statusOf("/", { "sec-fetch-site": "cross-site", "sec-fetch-dest": "iframe" })).toBe(403);
  });

  it.each(["/", "/expansions"])("runs and styles itself with files from here and nothing else: %s", async (path) => {
    const { headers, body } = await ask(path);
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("style-src 'self';");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    const files = [...body.matchAll(/<(?:script|link)\b[^>]* (?:src|href)="([^"]+)"/g)].map(([, file = ""]) => file);
    expect(files).not.toEqual([]);
    for (const file of files) expect((await ask(file)).status, file).toBe(200);
    expect(body).not.toMatch(/<style|<script>| (style|on\w+)=/);
  });
});

describe("a file of the page", () => {
  it("is sent once and then only when it has changed", async () => {
    const { status, headers, body } = await ask("/page/main.js");
    expect([status, headers["content-type"], headers["cache-control"]]).toEqual([
      200,
      "text/javascript; charset=utf-8",
      "no-cache",
    ]);
    expect(body).toContain("import");
    const again = await ask("/page/main.js", { "if-none-match": String(headers["etag"]) });
    expect([again.status, again.body]).toEqual([304, ""]);
  });

  it.each(["/page/", "/page/none.js", "/page/../http.ts", "/page/..%2fhttp.js", "/page/index.html"])(
    "is none of the program's other files: %s",
    async (path) => {
      expect(await statusOf(path)).toBe(404);
    },
  );
});
