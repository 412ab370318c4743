import { access, constants, readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { messageOf } from "../../base/errors.ts";
import { fileFault } from "../../base/file-fault.ts";
import { type Issue, pointer } from "../../base/issue.ts";
import { shownUrl } from "../../publish/broker/broker-settings.ts";
import type { Config } from "../config/schema/config-schema.ts";

type Mqtt = NonNullable<Config["mqtt"]>;

const CERTIFICATES = ["ca_file", "cert_file", "key_file"] as const;

/** Permanent faults outside of the config file, such as absent files; temporary ones, such as a broker that is away, are not reported. */
export async function outsideIssues({ mqtt, device, ffmpeg }: Config): Promise<Issue[]> {
  const issues = mqtt === undefined ? [] : [...addressIssues(mqtt, device), ...(await certificateIssues(mqtt))];
  return ffmpeg === undefined ? issues : [...issues, ...(await programIssues(ffmpeg))];
}

function addressIssues({ url, prefix }: Mqtt, device: string): Issue[] {
  try {
    shownUrl({ url, prefix, device });
    return [];
  } catch (error) {
    const hint = "expected mqtt://HOST:PORT with a port up to 65535; mqtts://, ws:// and wss:// likewise";
    return [{ code: "CONFIG_VALUE", path: "/mqtt/url", message: messageOf(error), hint }];
  }
}

async function certificateIssues(mqtt: Mqtt): Promise<Issue[]> {
  const issues: Issue[] = [];
  const texts: { [K in (typeof CERTIFICATES)[number]]?: string } = {};
  for (const key of CERTIFICATES) {
    const path = mqtt[key];
    if (path === undefined) continue;
    const text = await readFile(path, "utf8").catch((error) => void issues.push(fileIssue(["mqtt", key], path, error)));
    if (text !== undefined) texts[key] = text;
  }
  return issues.length > 0 ? issues : contextIssues(texts);
}

/** Checked alone to find the faulty one, and together to find out whether certificate and key match. */
function contextIssues({ ca_file: ca, cert_file: cert, key_file: key }: Partial<Record<string, string>>): Issue[] {
  const pem = (name: string, options: object): Issue[] => {
    try {
      createSecureContext(options);
      return [];
    } catch (error) {
      const message = `"${name}" holds no PEM that can be used: ${messageOf(error)}`;
      return [{ code: "CONFIG_FILE", path: `/mqtt/${name}`, message }];
    }
  };
  const single = [
    ...(ca === undefined ? [] : pem("ca_file", { ca })),
    ...(cert === undefined ? [] : pem("cert_file", { cert })),
    ...(key === undefined ? [] : pem("key_file", { key })),
  ];
  if (single.length > 0 || cert === undefined || key === undefined) return single;
  return pem("key_file", { cert, key });
}

/** A bare name is looked up on the path, as it is run. */
async function programIssues(path: string): Promise<Issue[]> {
  if (!path.includes("/")) return [];
  try {
    await access(path, constants.X_OK);
    return [];
  } catch (error) {
    return [fileIssue(["ffmpeg"], path, error)];
  }
}

function fileIssue(path: readonly string[], file: string, error: unknown): Issue {
  const message = `"${path.at(-1)}" is "${file}": ${fileFault(error)}`;
  return { code: "CONFIG_FILE", path: pointer(path), message };
}
