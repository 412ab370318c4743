import { spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import type { Command } from "commander";
import { MillraceError } from "../base/errors.ts";
import { installService, uninstallService } from "../daemon/commands/setup/install-service.ts";
import { SERVICE_CONFIG } from "../daemon/config/default-config.ts";
import { say } from "./output.ts";

export function addService(program: Command): void {
  const service = program.command("service").description("install millrace as a service of systemd");
  service
    .command("install")
    .description(
      `write the unit, /etc/millrace and its secrets.env, and start the service when ${SERVICE_CONFIG} is there`,
    )
    .option("--root <dir>", "folder in place of /; systemd is not asked then", "/")
    .action(async ({ root }: { root: string }) => {
      const [, main = ""] = process.argv;
      const paths = [process.execPath, realpathSync(main)];
      const { files, hasConfig } = await installService({ root, program: paths });
      say(`written: ${files.join(", ")}`);
      if (root === "/") systemctl("daemon-reload");
      if (hasConfig && root === "/") systemctl("restart", "millrace.service");
      if (!hasConfig) say(`next: millrace init --config ${SERVICE_CONFIG}; systemctl restart millrace`);
    });
  service
    .command("uninstall")
    .description("stop the service and take its unit away; config, secrets and state stay")
    .option("--root <dir>", "folder in place of /; systemd is not asked then", "/")
    .action(async ({ root }: { root: string }) => {
      if (root === "/") systemctl("stop", "millrace.service");
      const files = await uninstallService(root);
      if (root === "/") systemctl("daemon-reload");
      say(files.length === 0 ? "there is no unit of millrace" : `removed: ${files.join(", ")}`);
    });
}

function systemctl(...args: string[]): void {
  const { status, stderr, error } = spawnSync("systemctl", args, { encoding: "utf8" });
  if (status === 0) return;
  const reason = error?.message ?? stderr.trim();
  throw new MillraceError("SERVICE_SYSTEMCTL", `systemctl ${args.join(" ")}: ${reason}`);
}
