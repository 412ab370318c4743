import { readFile } from "node:fs/promises";
import { definedOnly } from "../../base/defined.ts";
import type { BrokerSettings } from "../../publish/broker/broker-settings.ts";
import type { Config } from "./schema/config-schema.ts";

/** The broker entry of the config as the publish folder takes it, certificates read. */
export async function brokerSettings(mqtt: NonNullable<Config["mqtt"]>, device: string): Promise<BrokerSettings> {
  const read = async (path: string | undefined) => (path === undefined ? undefined : await readFile(path, "utf8"));
  const [ca, cert, key] = await Promise.all([read(mqtt.ca_file), read(mqtt.cert_file), read(mqtt.key_file)]);
  const tls = { rejectUnauthorized: mqtt.verify, ...definedOnly({ ca, cert, key }) };
  const protocol = mqtt.protocol === "auto" ? "auto" : mqtt.protocol === "5" ? 5 : 4;
  const { url, prefix, username, password, client_id: clientId, keep_alive_s: keepAliveS } = mqtt;
  return { url, prefix, device, protocol, keepAliveS, tls, ...definedOnly({ username, password, clientId }) };
}
