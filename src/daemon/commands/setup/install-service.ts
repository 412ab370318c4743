import { lstat, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError } from "../../../base/errors.ts";
import { packageFolder } from "../../../base/program-files.ts";
import { SERVICE_CONFIG } from "../../config/default-config.ts";

export interface ServiceSettings {
  /** Folder in place of `/`. */
  root: string;
  /** Interpreter and program, as the unit starts them. */
  program: readonly string[];
}

export interface InstalledService {
  files: string[];
  /** Whether there is a config that the service can start with. */
  hasConfig: boolean;
}

const UNIT = "/etc/systemd/system/millrace.service";
const WANTED = "/etc/systemd/system/multi-user.target.wants/millrace.service";
const SECRETS = "/etc/millrace/secrets.env";

/** Writes unit, folders and the file for secrets, and has the service start with the machine. Its user is made by systemd. */
export async function installService({ root, program }: ServiceSettings): Promise<InstalledService> {
  mustBeSeen(program);
  const unit = unitFor(await readFile(new URL("systemd/millrace.service", packageFolder), "utf8"), program);
  const at = (path: string) => join(root, path);
  await mkdir(at("/etc/millrace"), { recursive: true, mode: 0o755 });
  await mkdir(at("/etc/systemd/system/multi-user.target.wants"), { recursive: true });
  await writeFile(at(UNIT), unit, { mode: 0o644 });
  await rm(at(WANTED), { force: true });
  await symlink(UNIT, at(WANTED));
  const files = [UNIT, WANTED];
  if (!(await exists(at(SECRETS)))) {
    await writeFile(at(SECRETS), `# Lines of NAME=value, for \${NAME} in the config.\n`, { mode: 0o600 });
    files.push(SECRETS);
  }
  return { files: files.map(at), hasConfig: await exists(at(SERVICE_CONFIG)) };
}

/** Takes unit and link away. The config, its secrets and the state stay. */
export async function uninstallService(root: string): Promise<string[]> {
  const files = [WANTED, UNIT].map((path) => join(root, path));
  const present: string[] = [];
  for (const file of files) if (await exists(file)) present.push(file);
  for (const file of files) await rm(file, { force: true });
  return present;
}

function unitFor(template: string, program: readonly string[]): string {
  const quoted = program.map((part) => (/^[\w./@+-]+$/.test(part) ? part : `"${part}"`)).join(" ");
  return template.replace(/^ExecStart=\S+/m, `ExecStart=${quoted}`);
}

/** The unit hides the homes of people from the service. */
function mustBeSeen(program: readonly string[]): void {
  const hidden = program.filter((path) => /^\/(root|home|tmp|run\/user)\//.test(path));
  if (hidden.length === 0) return;
  const message = `"${hidden[0]}" lies where services do not see it`;
  const hint = "install with: npm install --global --prefix /opt/millrace, with a Node outside of home folders";
  throw new ConfigError("FLAGS", [{ code: "SERVICE_HIDDEN_PROGRAM", path: "", message, hint }]);
}

/** A link counts, wherever it leads. */
function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
