import { expect, test } from "vitest";
import { AddressMap } from "../../../src/stream/relay/address-map.ts";

const LOCAL = "rtsp://127.0.0.1:40000/token";

test.each(["rtsp://cam/live", "rtsp://cam/live/", "rtsp://cam/real?channel=1", "rtsps://cam:322"])(
  "%s and what is below it is exchanged in both directions",
  (camera) => {
    const map = new AddressMap(LOCAL, camera);
    for (const address of [camera, `${camera.replace(/\/$/, "")}/trackID=0`]) {
      expect(map.toLocal(address)).toMatch(/^rtsp:\/\/127\.0\.0\.1:40000\/token(\/|$)/);
      expect(map.toRemote(map.toLocal(address))).toBe(address);
    }
  },
);

test("a camera that names itself otherwise gets a name for that", () => {
  const map = new AddressMap(LOCAL, "rtsp://cam.local/live");
  expect(map.toLocal("rtsp://10.0.0.5:554/live/")).toBe(`${LOCAL}~1/`);
  expect(map.toLocal("rtsp://10.0.0.5:554/live/track1")).toBe(`${LOCAL}~1/track1`);
  expect(map.toRemote(`${LOCAL}~1/track1`)).toBe("rtsp://10.0.0.5:554/live/track1");
  expect(map.toLocal("rtsp://cam.local/live2")).toBe(`${LOCAL}~2`);
  expect(map.toLocal("trackID=0")).toBe("trackID=0");
});

test("an address it never gave leads nowhere", () => {
  expect(new AddressMap(LOCAL, "rtsp://cam/live").toRemote("rtsp://127.0.0.1:40000/other")).toBe(undefined);
});
