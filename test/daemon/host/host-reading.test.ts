import { mkdir } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { readHost } from "../../../src/daemon/host/host-reading.ts";
import { describeMachine, writeFiles } from "../../helpers/machine.ts";
import { useFolder } from "../../stream/clip.ts";

const folder = useFolder();
const MB = 2 ** 20;
let machines = 0;

/** A machine with these files beside the usual ones. */
async function readWith(files: Record<string, string>, folders: string[] = []) {
  const root = folder.path(`machine-${machines++}`);
  await describeMachine(root);
  await writeFiles(root, files);
  return readHost({ root, folders });
}

test("a machine that tells nothing is read without a fault", async () => {
  const root = folder.path("empty");
  await mkdir(root);
  expect(await readHost({ root, folders: [folder.path("none")] })).toEqual({
    memory: null,
    disks: [],
    files: { open: expect.any(Number), most: expect.any(Number) },
    temperatures: [],
    powerMode: null,
  });
});

test("this machine is read", async () => {
  const { memory, disks } = await readHost({ root: "/", folders: [folder.path("."), folder.path(".")] });
  expect(memory?.availableBytes).toBeGreaterThan(MB);
  expect(memory?.totalBytes).toBeGreaterThanOrEqual(memory?.availableBytes ?? Number.POSITIVE_INFINITY);
  expect(disks).toHaveLength(1);
  expect(disks[0]?.freeBytes).toBeGreaterThan(0);
});

describe("the memory that is left", () => {
  test("is what the kernel calls available, not what is free", async () => {
    expect((await readWith({})).memory).toEqual({ availableBytes: 3000 * MB, totalBytes: 4000 * MB, of: "machine" });
  });

  test("is bounded by the control group, whose cached files count as free", async () => {
    const group = "sys/fs/cgroup/system.slice/millrace.service";
    const { memory } = await readWith({
      "proc/self/cgroup": "0::/system.slice/millrace.service\n",
      [`${group}/memory.max`]: `${500 * MB}\n`,
      [`${group}/memory.high`]: "max\n",
      [`${group}/memory.current`]: `${400 * MB}\n`,
      [`${group}/memory.stat`]: `anon 1\ninactive_file ${50 * MB}\n`,
    });
    expect(memory).toEqual({ availableBytes: 150 * MB, totalBytes: 500 * MB, of: "group" });
  });

  test("is bounded by a group around it as well", async () => {
    const { memory } = await readWith({
      "proc/self/cgroup": "0::/system.slice/millrace.service\n",
      "sys/fs/cgroup/system.slice/memory.max": `${200 * MB}`,
      "sys/fs/cgroup/system.slice/memory.current": `${300 * MB}`,
      "sys/fs/cgroup/system.slice/millrace.service/memory.max": "max",
      "sys/fs/cgroup/system.slice/millrace.service/memory.current": "1",
    });
    expect(memory).toEqual({ availableBytes: 0, totalBytes: 200 * MB, of: "group" });
  });

  test("is found in a container whose group is the outermost it sees, in both versions of the interface", async () => {
    const second = await readWith({
      "proc/self/cgroup": "0::/docker/0123\n",
      "sys/fs/cgroup/memory.max": `${300 * MB}`,
      "sys/fs/cgroup/memory.current": `${100 * MB}`,
    });
    expect(second.memory).toMatchObject({ availableBytes: 200 * MB, of: "group" });
    const first = await readWith({
      "proc/self/cgroup": "9:name=systemd:/\n4:memory:/docker/0123\n0::/\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": `${300 * MB}`,
      "sys/fs/cgroup/memory/memory.usage_in_bytes": `${100 * MB}`,
      "sys/fs/cgroup/memory/memory.stat": `inactive_file 1\ntotal_inactive_file ${20 * MB}`,
    });
    expect(first.memory).toMatchObject({ availableBytes: 220 * MB, of: "group" });
  });

  test("is the machine's where a group has no limit", async () => {
    const { memory } = await readWith({
      "proc/self/cgroup": "4:memory:/\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
      "sys/fs/cgroup/memory/memory.usage_in_bytes": `${100 * MB}`,
    });
    expect(memory?.of).toBe("machine");
  });
});

describe("temperatures", () => {
  const zone = (n: number, files: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(files).map(([name, text]) => [`sys/class/thermal/thermal_zone${n}/${name}`, text]),
    );

  test("have the limit at which the kernel slows the machine down", async () => {
    const { temperatures } = await readWith(
      zone(1, {
        type: "tj-thermal",
        temp: "61500",
        trip_point_0_type: "active",
        trip_point_0_temp: "51000",
        trip_point_1_type: "critical",
        trip_point_1_temp: "104500",
        trip_point_2_type: "passive",
        trip_point_2_temp: "99000",
      }),
    );
    expect(temperatures).toEqual([
      { zone: "cpu-thermal", celsius: 50, limit: 90 },
      { zone: "tj-thermal", celsius: 61.5, limit: 99 },
    ]);
  });

  test("have a limit below the shutdown where that is all that is known, and none from trip points that are unset", async () => {
    const { temperatures } = await readWith({
      ...zone(1, { type: "a", temp: "40000", trip_point_0_type: "critical", trip_point_0_temp: "110000" }),
      ...zone(2, { type: "b", temp: "40000", trip_point_0_type: "passive", trip_point_0_temp: "-274000" }),
      ...zone(3, { type: "c", temp: "40000", trip_point_0_type: "passive", trip_point_0_temp: "0" }),
    });
    expect(temperatures.slice(0, 3)).toEqual([
      { zone: "a", celsius: 40, limit: 100 },
      { zone: "b", celsius: 40, limit: null },
      { zone: "c", celsius: 40, limit: null },
    ]);
  });

  test("of sensors that sleep, are broken or imaginary are left out, and of two of one name the warmer counts", async () => {
    const { temperatures } = await readWith({
      ...zone(1, { type: "cpu-thermal", temp: "70000" }),
      ...zone(2, { type: "cv0-thermal" }),
      ...zone(3, { type: "broken", temp: "-256000" }),
      ...zone(4, { type: "PMIC-Die", temp: "100000" }),
    });
    expect(temperatures).toEqual([{ zone: "cpu-thermal", celsius: 70, limit: null }]);
  });
});

describe("the power mode", () => {
  const governor = { "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "schedutil\n" };

  test("of a Jetson has its name", async () => {
    const files = {
      ...governor,
      "var/lib/nvpmodel/status": "pmode:0002\n",
      "etc/nvpmodel.conf":
        "# < POWER_MODEL ID=2 NAME=OLD >\n< POWER_MODEL ID=0 NAME=MAXN >\n< POWER_MODEL ID=2 NAME=MODE_30W >\n",
    };
    expect((await readWith(files)).powerMode).toBe("MODE_30W");
    expect((await readWith({ ...files, "etc/nvpmodel.conf": "" })).powerMode).toBe("mode 2");
  });

  test("of another machine is the governor of its processor", async () => {
    expect((await readWith(governor)).powerMode).toBe("schedutil");
  });
});
