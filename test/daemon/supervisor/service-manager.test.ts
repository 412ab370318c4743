import { expect, test } from "vitest";
import { openServiceManager } from "../../../src/daemon/supervisor/service-manager.ts";

const SOCKET = { NOTIFY_SOCKET: "/nowhere/notify", PATH: "/nowhere" };

function opened(environment: NodeJS.ProcessEnv) {
  const complaints: string[] = [];
  return { service: openServiceManager(environment, (message) => complaints.push(message)), complaints };
}

test("its variables are taken out of the environment, so that no child speaks for the daemon", () => {
  const environment = { ...SOCKET, WATCHDOG_USEC: "3000000", WATCHDOG_PID: `${process.pid}`, HOME: "/root" };
  expect(opened(environment).service.watchdogMs).toBe(3000);
  expect(environment).toEqual({ PATH: "/nowhere", HOME: "/root" });
});

test("the watchdog of another process is none of ours; that of the supervisor is", () => {
  const watchdogOf = (pid: number) =>
    opened({ ...SOCKET, WATCHDOG_USEC: "2000000", WATCHDOG_PID: `${pid}` }).service.watchdogMs;
  expect([watchdogOf(process.ppid), watchdogOf(1_000_000_000)]).toEqual([2000, null]);
});

test("what cannot be sent is complained about once", async () => {
  const { service, complaints } = opened({ ...SOCKET });
  service.notify("READY=1");
  service.notify("WATCHDOG=1");
  await service.close();
  expect(complaints).toEqual([expect.stringMatching(/^the program systemd-notify cannot be run: /)]);
});

test("without a socket nothing is sent and nothing is wrong", async () => {
  const { service, complaints } = opened({ PATH: "/nowhere" });
  service.notify("READY=1");
  await service.close();
  expect(complaints).toEqual([]);
});
