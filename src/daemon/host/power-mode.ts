import { join } from "node:path";
import { readSystemFile } from "./system-file.ts";

/** The mode of a Jetson by its name, such as `MAXN`, else the governor of the processor's frequency; null where neither is known. */
export async function readPowerMode(root: string): Promise<string | null> {
  return (await jetsonMode(root)) ?? (await readSystemFile(join(root, GOVERNOR)));
}

const GOVERNOR = "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";

/** `nvpmodel` keeps the number of the mode, and its config has the names. */
async function jetsonMode(root: string): Promise<string | null> {
  const status = (await readSystemFile(join(root, "var/lib/nvpmodel/status"))) ?? "";
  const [, number] = /pmode:0*(\d+)/.exec(status) ?? [];
  if (number === undefined) return null;
  const config = (await readSystemFile(join(root, "etc/nvpmodel.conf"))) ?? "";
  const [, name] = new RegExp(`^\\s*<\\s*POWER_MODEL\\s+ID=0*${number}\\s+NAME=(\\S+)\\s*>`, "m").exec(config) ?? [];
  return name ?? `mode ${number}`;
}
