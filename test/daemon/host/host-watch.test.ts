import { expect, onTestFinished, test } from "vitest";
import { type HostEvent, HostWatch } from "../../../src/daemon/host/host-watch.ts";
import { within } from "../../helpers/daemon.ts";
import { describeMachine, writeFiles } from "../../helpers/machine.ts";
import { useFolder } from "../../stream/clip.ts";

const folder = useFolder();
const LIMITS = { memoryReserveBytes: null, diskReserveBytes: 0, temperatureC: null };

test("says once that something runs out, and once that it does not any more", async () => {
  const root = folder.path("machine");
  const events: HostEvent[] = [];
  let looks = 0;
  const watch = new HostWatch(
    (event) => void events.push(event),
    () => {
      looks += 1;
    },
  );
  onTestFinished(() => watch.close());
  const looked = async () => {
    const goal = looks + 3;
    await within(
      () => looks >= goal,
      () => "the machine is looked at",
    );
  };
  await describeMachine(root);
  await watch.watch({ root, folders: [], everyMs: 10, limits: LIMITS });
  expect(watch.state.temperatures).toEqual([{ zone: "cpu-thermal", celsius: 50, limit: 90 }]);
  await writeFiles(root, { "sys/class/thermal/thermal_zone0/temp": "93000\n" });
  await looked();
  await looked();
  expect(watch.state.strains.map(({ what }) => what)).toEqual(["temperature cpu-thermal"]);
  await writeFiles(root, { "sys/class/thermal/thermal_zone0/temp": "60000\n" });
  await looked();
  await looked();
  expect(watch.state.strains).toEqual([]);
  expect(events).toEqual([
    {
      type: "host_strained",
      kind: "temperature",
      what: "temperature cpu-thermal",
      message: "93 °C, the limit is 90 °C",
    },
    { type: "host_relieved", kind: "temperature", what: "temperature cpu-thermal", afterMs: expect.any(Number) },
  ]);
});
