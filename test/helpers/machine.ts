import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface Machine {
  /** Of all memory, 4000 MB by default. */
  availableMb: number;
  totalMb: number;
  /** Of one zone, whose kernel slows the machine down at 90 °C. */
  celsius: number;
}

/** A folder with the files in which the kernel tells of a machine; written again they say something else. */
export async function describeMachine(root: string, machine: Partial<Machine> = {}): Promise<void> {
  const { availableMb = 3000, totalMb = 4000, celsius = 50 } = machine;
  const zone = "sys/class/thermal/thermal_zone0";
  await writeFiles(root, {
    "proc/meminfo": `MemTotal: ${totalMb * 1024} kB\nMemFree: 1 kB\nMemAvailable: ${availableMb * 1024} kB\n`,
    [`${zone}/type`]: "cpu-thermal\n",
    [`${zone}/trip_point_0_type`]: "passive\n",
    [`${zone}/trip_point_0_temp`]: "90000\n",
    [`${zone}/temp`]: `${celsius * 1000}\n`,
  });
}

export async function writeFiles(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    // A reader never sees half a file, as of the kernel.
    await writeFile(join(root, `${name}.new`), text);
    await rename(join(root, `${name}.new`), join(root, name));
  }
}
