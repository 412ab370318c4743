import { expect, test } from "vitest";
import { hostDevice } from "../../../src/daemon/config/host-device.ts";

test.each([
  ["dock-3", "dock-3"],
  ["Box7.plant.local", "box7-plant-local"],
  ["箱", "millrace"],
  ["", "millrace"],
])("a host called %j is the device %j", (name, device) => {
  expect(hostDevice(name)).toBe(device);
});
