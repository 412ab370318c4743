import { expect, test } from "vitest";
import { blot, keepSecret } from "../../src/base/secrets.ts";

test("exactly the known secrets are blotted out, as they are and as an address has them", () => {
  expect(blot("rtsp://me:päss@cam")).toBe("rtsp://me:päss@cam");
  keepSecret("päss");
  keepSecret("päss.word");
  expect(blot("tried p%C3%A4ss and päss.word for a@b at http://you@host/")).toBe(
    "tried *** and *** for a@b at http://you@host/",
  );
});

test("a short one is blotted out where a password stands, not in every word", () => {
  keepSecret("1");
  expect(blot('401 of 11 frames: "rtsp://me:1@cam/1?pwd=1&x=11" failed')).toBe(
    '401 of 11 frames: "rtsp://me:***@cam/1?pwd=***&x=11" failed',
  );
});
