import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { challenges, isAuthorized } from "../../../src/demo/rtsp/rtsp-auth.ts";
import { answererOf } from "../../../src/stream/relay/challenge.ts";

const CREDENTIALS = { username: "Mufasa", password: "CircleOfLife" };
const REQUEST = { method: "GET", uri: "/dir/index.html" };
const field = (header: string, name: string) => new RegExp(`[ ,]${name}="?([^",]+)`).exec(header)?.[1];

test("a challenge without qop is answered as RFC 2069 has it", () => {
  const challenge = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c"';
  const answer = answererOf([challenge], CREDENTIALS)?.authorize(REQUEST) ?? "";
  expect(field(answer, "response")).toBe("1949323746fe6a43ef61f9606e7febea");
  expect([field(answer, "opaque"), field(answer, "username")]).toEqual(["5ccc069c", "Mufasa"]);
});

test("a challenge with qop counts its answers, and the strongest hash is taken", () => {
  const offers = 'Basic realm="x", Digest realm="r", nonce="n", qop="auth,auth-int", algorithm=MD5';
  const stronger = 'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256';
  const answerer = answererOf([offers, stronger], CREDENTIALS);
  const answers = [1, 2].map(() => answerer?.authorize(REQUEST) ?? "");
  expect(answers.map((answer) => field(answer, "nc"))).toEqual(["00000001", "00000002"]);
  const [answer = ""] = answers;
  const sha = (text: string) => createHash("sha256").update(text).digest("hex");
  const [secret, target] = [sha("Mufasa:r:CircleOfLife"), sha("GET:/dir/index.html")];
  expect(field(answer, "response")).toBe(sha(`${secret}:n:00000001:${field(answer, "cnonce")}:auth:${target}`));
  expect(field(answer, "algorithm")).toBe("SHA-256");
});

test.each([0, 1])("a server of its own takes the answer to its challenge number %i", (index) => {
  const credentials = { user: "me", password: 'p"\\ä' };
  const answerer = answererOf([challenges("nonce")[index] ?? ""], { username: "me", password: 'p"\\ä' });
  const request = { method: "DESCRIBE", uri: "rtsp://cam/1" };
  const authorization = answerer?.authorize(request);
  expect(isAuthorized({ ...request, authorization, nonce: "nonce" }, credentials)).toBe(true);
});

test("nothing answers what is not known", () => {
  expect(answererOf(["Bearer realm=x", 'Digest realm="r", nonce="n", algorithm=WHAT'], CREDENTIALS)).toBe(null);
});
