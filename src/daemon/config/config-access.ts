import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isFault, readAddress, secretsIn } from "../../base/address.ts";
import { messageOf } from "../../base/errors.ts";
import { keepSecret } from "../../base/secrets.ts";
import { misspeltScheme } from "../../stream/known-schemes.ts";
import type { Config } from "./schema/config-schema.ts";

/** What is wrong with an entry, at a path of keys. */
export interface AccessFault {
  path: readonly string[];
  what: string;
  hint?: string;
}

export interface AccessSources {
  /** Where paths of the config are meant from. */
  folder: string;
  environment: NodeJS.ProcessEnv;
}

/**
 * Takes user names and passwords out of addresses and files, in one place, so that no other code handles them: then
 * addresses hold none, and every secret is known to be one.
 */
export function readAccess(config: Config, sources: AccessSources): { config: Config; faults: AccessFault[] } {
  const faults: AccessFault[] = [];
  const take = <T extends Access>(entry: T, path: readonly string[], needsUser: boolean) =>
    withoutSecrets(entry, { path, needsUser, sources, faults });
  const cameras = Object.fromEntries(
    Object.entries(config.cameras).map(([id, camera]) => [id, take(camera, ["cameras", id], true)]),
  );
  const pipelines = Object.fromEntries(
    Object.entries(config.pipelines).map(([id, pipeline]) => {
      const path = ["pipelines", id, "video_out"];
      const video_out = pipeline.video_out.map((entry, i) => pushedAccess(entry, [...path, `${i}`], take));
      return [id, { ...pipeline, video_out }];
    }),
  );
  const models = Object.fromEntries(
    Object.entries(config.models).map(([id, model]) => [id, withModelAccess(id, model, take)]),
  );
  const { mqtt, http } = config;
  if (http?.token !== undefined) keepSecret(http.token);
  // MQTT 5 knows passwords without a user name.
  const broker = mqtt === undefined ? {} : { mqtt: take(mqtt, ["mqtt"], mqtt.protocol === "3.1.1") };
  return { config: { ...config, cameras, models, pipelines, ...broker }, faults };
}

type VideoOutput = Config["pipelines"][string]["video_out"][number];

/** The server that a stream is pushed to. */
function pushedAccess(entry: VideoOutput, path: readonly string[], take: Take): VideoOutput {
  const { rtsp, ...rest } = entry;
  if (rtsp === undefined) return entry;
  const { url, ...taken } = take({ ...rest, url: rtsp }, path, true);
  return { ...taken, rtsp: url };
}

type Take = <T extends Access>(entry: T, path: readonly string[], needsUser: boolean) => T;

function withModelAccess(id: string, { url, ...model }: Config["models"][string], take: Take) {
  return url === undefined ? model : take({ ...model, url }, ["models", id], true);
}

interface Access {
  url: string;
  username?: string | undefined;
  password?: string | undefined;
  password_file?: string | undefined;
}

interface Reading {
  path: readonly string[];
  needsUser: boolean;
  sources: AccessSources;
  faults: AccessFault[];
}

function withoutSecrets<T extends Access>(entry: T, reading: Reading): T {
  const { path, needsUser, faults } = reading;
  const text = entry.url.trim();
  const address = readAddress(text);
  const { password_file: _, username: user, password: given, url: __, ...rest } = entry;
  const fromFile = passwordOf(entry, reading);
  const ownPassword = given ?? fromFile;
  for (const secret of [ownPassword ?? "", ...secretsIn(text)]) keepSecret(secret);
  if (isFault(address)) {
    faults.push({ path: [...path, "url"], what: address.what, hint: address.hint });
    return { ...rest, url: "" } as unknown as T;
  }
  if (path[0] === "cameras") faults.push(...schemeFaults(address.url, path));
  if (address.password !== undefined) keepSecret(address.password);
  // A user of another name does not have the password of the one before.
  const isSameUser = user === undefined || user === address.username;
  const [username, password] = [user ?? address.username, ownPassword ?? (isSameUser ? address.password : undefined)];
  if (needsUser && password !== undefined && username === undefined) {
    faults.push({ path: [...path, "password"], what: "has no user name beside it", hint: 'give "username" as well' });
  }
  const access = { ...(username !== undefined && { username }), ...(password !== undefined && { password }) };
  return { ...rest, url: address.url, ...access } as unknown as T;
}

function schemeFaults(url: string, path: readonly string[]): AccessFault[] {
  const misspelt = misspeltScheme(url);
  const what = `begins with "${misspelt?.found}", which is no scheme of an address`;
  return misspelt === null ? [] : [{ path: [...path, "url"], what, hint: misspelt.hint }];
}

/** A bare name is looked up among the credentials that systemd hands over, then beside the config. */
function passwordOf(entry: Access, { path, sources, faults }: Reading): string | undefined {
  const { password_file: file } = entry;
  if (file === undefined) return undefined;
  if (entry.password !== undefined) {
    faults.push({ path: [...path, "password_file"], what: 'stands beside "password"', hint: "leave one of them out" });
  }
  const { folder, environment } = sources;
  const { CREDENTIALS_DIRECTORY: credentials } = environment;
  const places = [...(credentials && !file.includes("/") ? [join(credentials, file)] : []), resolve(folder, file)];
  const failures: string[] = [];
  for (const place of places) {
    try {
      const password = readFileSync(place, "utf8").replace(/\r?\n$/, "");
      if (password !== "") return password;
      failures.push(`${place} is empty`);
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  faults.push({ path: [...path, "password_file"], what: `cannot be read: ${failures.join("; ")}` });
  return undefined;
}
