import type { Config } from "../config/schema/config-schema.ts";

/** One entity of Home Assistant, as its MQTT discovery takes it. */
export type Component = { platform: string; unique_id: string } & Record<string, unknown>;
/** By key within its device. */
export type Components = Record<string, Component>;

export interface Availability {
  topic: string;
  [key: string]: unknown;
}

type HomeAssistant = NonNullable<Config["mqtt"]>["home_assistant"];

/** What the user wants it to be called and measured in. */
export interface Wording {
  prefix: string;
  name: string | undefined;
  names: Readonly<Record<string, string>>;
  units: Readonly<Record<string, string>>;
}

/** Null when it is switched off. */
export function wordingOf(settings: HomeAssistant | undefined): Wording | null {
  if (settings === undefined || settings === false) return null;
  return settings === true
    ? { prefix: "homeassistant", name: undefined, names: {}, units: {} }
    : { name: undefined, ...settings };
}

/** As the user names it, else with spaces for what joins words in ids. */
export function named(id: string, { names }: Wording): string {
  const own = names[id];
  if (own !== undefined) return own;
  const words = id.replaceAll(/[-_]+/g, " ").trim();
  return words === "" ? id : `${words[0]?.toUpperCase()}${words.slice(1)}`;
}
