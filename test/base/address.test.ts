import { describe, expect, test } from "vitest";
import { isFault, readAddress, secretsIn, shownAddress } from "../../src/base/address.ts";

describe("an address", () => {
  test.each([
    ["rtsp://cam/1", { url: "rtsp://cam/1" }],
    ["rtsp://cam:554/1?user=a@b", { url: "rtsp://cam:554/1?user=a@b" }],
    ["rtsp://cam/live@2", { url: "rtsp://cam/live@2" }],
    ["rtsp://me:p%40ss%2F1@cam:554/1", { url: "rtsp://cam:554/1", username: "me", password: "p@ss/1" }],
    ["rtsp://me:a:b@[fe80::1]:554/1", { url: "rtsp://[fe80::1]:554/1", username: "me", password: "a:b" }],
    ["http://me@cam", { url: "http://cam", username: "me" }],
    ["/videos/a@b.mp4", { url: "/videos/a@b.mp4" }],
  ])("%s is read once", (text, address) => {
    expect(readAddress(text)).toEqual(address);
  });

  test.each([
    ["rtsp://me:pa/ss@cam/1", 'has an "@" behind a "/", "?" or "#", so that its host can be read in two ways'],
    ["rtsp://me:12/34@cam/1", 'has an "@" behind a "/", "?" or "#", so that its host can be read in two ways'],
    ["rtsp://me:pa?ss@cam/1", 'has an "@" behind a "/", "?" or "#", so that its host can be read in two ways'],
    ["rtsp://me:pa#ss@cam/1", 'has an "@" behind a "/", "?" or "#", so that its host can be read in two ways'],
    ["rtsp://me:pa@ss@cam/1", 'has more than one "@" before its path'],
    ["rtsp://me:50%@cam/1", 'has a "%" before its "@" that is no encoded character'],
    ["rtsp://cam:port/1", "has no readable host and port"],
    ["mqtt://me:pw@", "names no host"],
  ])("%s can be read in several ways or none", (text, what) => {
    const fault = readAddress(text);
    expect(fault).toMatchObject({ what });
    expect(JSON.stringify(fault)).not.toContain("me:");
    expect(isFault(fault) && shownAddress(text)).toBe(null);
  });

  test("is shown without what it holds of user and password", () => {
    expect(shownAddress(" rtsp://me:secret@cam/1")).toBe("rtsp://cam/1");
    expect(shownAddress("rtsp:/me:secret@cam/1")).toBe(null);
  });

  test("has secrets by their names", () => {
    expect(secretsIn("http://cam/video.cgi?user=me&pwd=p4ss&x=1")).toEqual(["p4ss"]);
    expect(secretsIn("rtsp://cam/user=admin&password=p4ss&channel=1.sdp")).toEqual(["p4ss"]);
    expect(secretsIn("http://cam/v?token=abc#key=no")).toEqual(["abc"]);
    expect(secretsIn("/videos/pwd=1.mp4")).toEqual([]);
  });
});
