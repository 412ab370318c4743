import { readFile, readlink, stat, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { installService, uninstallService } from "../../../../src/daemon/commands/setup/install-service.ts";
import { useFolder } from "../../../stream/clip.ts";

const folder = useFolder();
const UNIT = "/etc/systemd/system/millrace.service";
const program = ["/usr/bin/node", "/opt/millrace/lib/node_modules/millrace/dist/cli/main.js"];

test("the unit starts the program that is installed, with the machine; the config and the secrets stay", async () => {
  const root = folder.path("root");
  const installed = await installService({ root, program });
  expect(installed).toEqual({
    hasConfig: false,
    files: [
      `${root}${UNIT}`,
      `${root}/etc/systemd/system/multi-user.target.wants/millrace.service`,
      `${root}/etc/millrace/secrets.env`,
    ],
  });
  const unit = await readFile(`${root}${UNIT}`, "utf8");
  expect(unit).toMatch(
    /^ExecStart=\/usr\/bin\/node \/opt\/millrace\S+ start --supervise --config \/etc\/millrace\/millrace\.yaml$/m,
  );
  expect(await readlink(installed.files[1] ?? "")).toBe(UNIT);
  expect((await stat(`${root}/etc/millrace/secrets.env`)).mode & 0o777).toBe(0o600);
  await writeFile(`${root}/etc/millrace/millrace.yaml`, "cameras: {}\n");
  await writeFile(`${root}/etc/millrace/secrets.env`, "GATE_PASSWORD=x\n");
  expect(await installService({ root, program })).toMatchObject({ hasConfig: true, files: { length: 2 } });
  expect(await uninstallService(root)).toHaveLength(2);
  expect(await readFile(`${root}/etc/millrace/secrets.env`, "utf8")).toBe("GATE_PASSWORD=x\n");
  expect(await uninstallService(root)).toEqual([]);
});

test("a program that services do not see is refused before anything is written", async () => {
  const hidden = ["/root/.nvm/versions/node/v20.20.2/bin/node", "/opt/main.js"];
  const refused = installService({ root: folder.path("none"), program: hidden });
  await expect(refused).rejects.toMatchObject({ issues: [{ code: "SERVICE_HIDDEN_PROGRAM" }] });
  await expect(stat(folder.path("none"))).rejects.toThrow();
});
