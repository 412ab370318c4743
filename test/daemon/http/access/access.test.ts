import { request } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Change } from "../../../../src/daemon/control/control.ts";
import { isLoopback } from "../../../../src/daemon/http/access/access.ts";
import { openHttp } from "../../../../src/daemon/http/http.ts";
import type { DaemonEvent } from "../../../../src/daemon/report/events.ts";
import { HEALTHY_PAGES } from "../../../helpers/healthy.ts";

const TOKEN = "0123456789abcdef";
const LINE = { line: [[0, 0.5], [1, 0.5]] }; // biome-ignore format: points

interface Ask {
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

/** A server that notes what it is asked to change. */
async function serve(access: { host?: string; token?: string; tokenFor?: "changes" | "all" } = {}) {
  const changes: Change[] = [];
  const events: DaemonEvent[] = [];
  const server = await openHttp({
    ...HEALTHY_PAGES,
    port: 0,
    host: "127.0.0.1",
    ...access,
    device: "box",
    pictures: () => undefined,
    live: {} as never,
    raw: {} as never,
    expansions: async () => ({}),
    report: (event) => void events.push(event),
    zones: {
      ...HEALTHY_PAGES.zones,
      change: async (change) => {
        changes.push(change);
        return { ok: false, code: "ZONE_CHANGED", message: "changed" };
      },
    },
  });
  onTestFinished(() => server.close());
  const { port } = new URL(server.url);
  const ask = (path: string, { method = "GET", headers = {}, body }: Ask = {}) =>
    new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
      const given = { "content-type": "application/json", ...headers };
      const asking = request({ host: "127.0.0.1", port, path, method, headers: given }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
      asking.on("error", reject);
      asking.end(body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body));
    });
  const put = (headers: Record<string, string> = {}, body: unknown = LINE) =>
    ask("/api/zones/kerb", { method: "PUT", headers: { "if-none-match": "*", ...headers }, body });
  return { ask, put, changes, events, port, own: `127.0.0.1:${port}` };
}

describe("a change", () => {
  test("needs nothing more on loopback, where the config has no token", async () => {
    const { put, changes } = await serve();
    expect((await put()).status).toBe(412);
    expect(changes).toEqual([{ type: "zone", id: "kerb", zone: LINE, revision: null }]);
  });

  test("is refused on any other address without a token in the config, which is said; the rest is served", async () => {
    const { put, ask, changes, events } = await serve({ host: "0.0.0.0" });
    const { status, text } = await put({ authorization: `Bearer ${TOKEN}` });
    expect([status, text]).toEqual([403, expect.stringContaining("http.token")]);
    expect((await ask("/api/zones/kerb", { method: "DELETE", headers: { "if-match": "*" } })).status).toBe(403);
    for (const path of ["/health", "/metrics", "/", "/api/state"]) expect((await ask(path)).status).toBe(200);
    expect(changes).toEqual([]);
    expect(events.map(({ type }) => type)).toEqual(["http_change_refused", "http_change_refused"]);
  });

  test("is refused where it comes through a proxy to loopback, and there is no token", async () => {
    const { put, changes } = await serve();
    expect((await put({ "x-forwarded-for": "192.0.2.7" })).status).toBe(403);
    expect(changes).toEqual([]);
  });

  test.each([
    ["none", {}],
    ["another one", { authorization: "Bearer fedcba9876543210" }],
    ["a part of it", { authorization: `Bearer ${TOKEN.slice(1)}` }],
    ["more than it", { authorization: `Bearer ${TOKEN}0` }],
    ["it in another scheme", { authorization: `Basic ${TOKEN}` }],
    ["it as a cookie", { cookie: `millrace=${TOKEN}` }],
  ])("needs the token of the config, and not %s", async (_, headers) => {
    const { put, changes, events } = await serve({ token: TOKEN });
    const { status, headers: answered } = await put(headers as Record<string, string>);
    expect([status, answered["www-authenticate"]]).toEqual([401, "Bearer"]);
    expect(changes).toEqual([]);
    expect(events).toMatchObject([{ type: "http_change_refused", from: "127.0.0.1", path: "/api/zones/kerb" }]);
    expect(JSON.stringify(events)).not.toContain(TOKEN);
  });

  test("is taken with the token", async () => {
    const { put, changes } = await serve({ host: "0.0.0.0", token: TOKEN });
    await put({ authorization: `Bearer ${TOKEN}` });
    expect(changes).toHaveLength(1);
  });

  test.each([
    ["origin", (_: string) => ({ origin: "http://192.168.1.4" })],
    ["origin, on another port", (own: string) => ({ origin: `http://${own.replace(/\d+$/, "1")}` })],
    ["origin, which the browser hides", () => ({ origin: "null" })],
    ["site", () => ({ "sec-fetch-site": "same-site" })],
    ["name, which leads here", () => ({ host: "evil.example", origin: "http://evil.example" })],
  ])("is never taken from a page of another %s", async (_, headersFor) => {
    const { put, ask, own, changes } = await serve();
    const headers = headersFor(own) as unknown as Record<string, string>;
    expect((await put(headers)).status).toBe(403);
    expect((await ask("/api/session", { method: "POST", headers, body: { token: TOKEN } })).status).toBe(403);
    expect(changes).toEqual([]);
  });

  test("is taken from the page itself", async () => {
    const { put, own, changes } = await serve();
    await put({ origin: `http://${own}`, "sec-fetch-site": "same-origin" });
    expect(changes).toHaveLength(1);
  });

  test("is not made by reading, and no other method is known", async () => {
    const { ask, changes } = await serve();
    for (const path of ["/api/zones", "/api/zones/kerb", "/api/session"]) {
      for (const method of ["GET", "HEAD"]) await ask(path, { method, headers: { "if-match": "*" } });
    }
    for (const method of ["POST", "PATCH", "OPTIONS"]) {
      expect((await ask("/api/zones/kerb", { method })).status).toBe(405);
      expect((await ask("/api/state", { method })).status).toBe(405);
    }
    expect((await ask("/api/zones", { method: "PUT", body: LINE })).status).toBe(405);
    expect(changes).toEqual([]);
  });
});

describe("the body of a zone", () => {
  test("is JSON, and small", async () => {
    const { put, changes } = await serve();
    expect((await put({ "content-type": "text/plain" })).status).toBe(415);
    expect((await put({}, "{")).status).toBe(400);
    expect((await put({}, " ".repeat(70_000))).status).toBe(413);
    expect(changes).toEqual([]);
  });

  test("is what the config takes, and every fault is said with its place", async () => {
    const { put, ask, changes } = await serve();
    const { status, text } = await put({}, { camera: "The Gate", polygom: [], line: [[0, "a"]], pixels_of: [0, 1] });
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({
      error: {
        code: "ZONE_REFUSED",
        issues: [
          { path: "/zones/kerb/camera", message: expect.stringContaining("expected 1 to 64 of a-z") },
          { path: "/zones/kerb/line/0/1", message: '"1" is "a": expected a number' },
          { path: "/zones/kerb/pixels_of/0", message: expect.stringContaining("expected number to be >=1") },
          { path: "/zones/kerb/polygom", hint: 'did you mean "polygon"?' },
        ],
      },
    });
    const outside = await put({}, { polygon: [[0, 2], [0, 0], [3, 1]] }); // biome-ignore format: points
    expect(JSON.parse(outside.text).error.issues).toHaveLength(2);
    const wrong = await ask("/api/zones/No%20Name", { method: "PUT", headers: { "if-none-match": "*" }, body: LINE });
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining("no name of a zone")]);
    expect((await ask("/api/zones/__proto__", { method: "PUT", body: LINE })).status).toBe(400);
    expect(changes).toEqual([]);
  });

  test("says what it replaces", async () => {
    const { ask, changes } = await serve();
    expect((await ask("/api/zones/kerb", { method: "PUT", body: LINE })).status).toBe(428);
    expect(changes).toEqual([]);
    for (const match of ["*", '"abc"']) {
      await ask("/api/zones/kerb", { method: "PUT", headers: { "if-match": match }, body: LINE });
    }
    expect(changes).toMatchObject([{ revision: "any" }, { revision: "abc" }]);
  });
});

describe("a browser", () => {
  test("gets a cookie for the token that scripts cannot read, and may change things with it", async () => {
    const { ask, put, changes } = await serve({ host: "0.0.0.0", token: TOKEN, tokenFor: "all" });
    const before = JSON.parse((await ask("/api/session")).text);
    expect(before).toMatchObject({ sees: false, changes: false, has_token: true, signed_in: false });
    const wrong = await ask("/api/session", { method: "POST", body: { token: "fedcba9876543210" } });
    expect([wrong.status, wrong.headers["set-cookie"]]).toEqual([401, undefined]);
    expect((await ask("/api/session", { method: "POST", body: { token: 3 } })).status).toBe(401);
    const { headers } = await ask("/api/session", { method: "POST", body: { token: TOKEN } });
    const [given = ""] = headers["set-cookie"] as string[];
    expect(given).toMatch(/; HttpOnly; SameSite=Strict$/);
    expect(given).not.toContain(TOKEN);
    const cookie = given.split(";")[0] ?? "";
    expect((await put({ cookie })).status).toBe(412);
    expect(changes).toHaveLength(1);
    expect((await ask("/api/state", { headers: { cookie } })).status).toBe(200);
    const [name, value = ""] = cookie.split("=");
    const later = value.replace(/^\d+/, (until) => `${Number(until) + 1}`);
    const other = await serve({ token: "fedcba9876543210" });
    expect((await put({ cookie: `${name}=${later}` })).status).toBe(401);
    expect((await other.put({ cookie })).status).toBe(401);
    const left = await ask("/api/session", { method: "DELETE", headers: { cookie } });
    expect(left.headers["set-cookie"]).toEqual([expect.stringContaining("Max-Age=0")]);
  });

  test("sees nothing but the page's own files and the health without the token, where the config wants that", async () => {
    const { ask } = await serve({ token: TOKEN, tokenFor: "all" });
    for (const path of ["/", "/page/main.js", "/health", "/health/ready", "/metrics", "/api/session"])
      expect((await ask(path)).status, path).toBe(200);
    const closed = ["/api/state", "/api/zones", "/api/pictures?show=a", "/live/a.mjpeg", "/events.json", "/expansions"];
    for (const path of closed) {
      expect((await ask(path)).status, path).toBe(401);
      const { status } = await ask(path, { headers: { authorization: `Bearer ${TOKEN}` } });
      expect(status, path).not.toBe(401);
    }
  });
});

test.each([
  ["127.0.0.1", true],
  ["127.1.2.3", true],
  ["::1", true],
  ["localhost", true],
  ["::ffff:127.0.0.1", true],
  ["0.0.0.0", false],
  ["::", false],
  ["192.168.1.2", false],
  ["127.0.0.1.example.org", false],
])("%s is loopback: %s", (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
