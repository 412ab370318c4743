import { randomUUID } from "node:crypto";
import { steadyMs } from "../base/steady-clock.ts";
import type { EffectEvent, FilesDeleted, Services } from "../blocks/contract/services.ts";
import { openBackground } from "./background.ts";
import { openCloud } from "./cloud.ts";
import { openEnvironment } from "./environment.ts";
import { type FileSettings, openFiles } from "./files.ts";
import { openFonts } from "./fonts.ts";
import { openHttp } from "./http.ts";
import { openLanguage } from "./language/language.ts";
import { openMail } from "./mail.ts";
import { openMqtt } from "./mqtt.ts";
import { openPaidCalls } from "./paid/paid-calls.ts";

export type { FileSettings } from "./files.ts";

type EffectServices = Pick<
  Services,
  "http" | "files" | "fonts" | "mail" | "mqtt" | "language" | "cloud" | "background" | "environment" | "time" | "ids"
>;

/** How blocks act on the world, for one thread. */
export interface Effects {
  services: EffectServices;
  /** Resolves when the work in the background has ended. */
  idle(): Promise<void>;
  /** Ends what is under way. */
  close(): Promise<void>;
}

export interface EffectSettings {
  files: FileSettings;
  report: (event: EffectEvent | FilesDeleted) => void;
  /** The process's own by default. */
  variables?: NodeJS.ProcessEnv;
  /** Most questions to language models and services of third parties in a minute. */
  languageCallsPerMinute?: number;
  /** Sinks send and write nothing. */
  disableSinks?: boolean;
  /** Hears what must not be written into logs. */
  onSecret?: (secret: string) => void;
}

export function openEffects(settings: EffectSettings): Effects {
  const { files, report, variables = process.env, onSecret = () => {} } = settings;
  const { languageCallsPerMinute: callsPerMinute = USUAL_CALLS } = settings;
  const calls = openPaidCalls(callsPerMinute);
  const environment = openEnvironment({ variables, onSecret });
  const http = openHttp();
  const mqtt = openMqtt();
  const background = openBackground(report, settings.disableSinks);
  const services: EffectServices = {
    http,
    mqtt,
    background,
    files: openFiles(files, report),
    fonts: openFonts(variables),
    mail: openMail(variables),
    environment,
    language: openLanguage({ http, environment, calls }),
    cloud: openCloud({ http, environment, calls }),
    time: { steadyMs, now: () => new Date() },
    ids: { uuid: randomUUID },
  };
  return {
    services,
    idle: () => background.idle(),
    close: async () => void (await Promise.all([http.close(), mqtt.close()])),
  };
}

/** Questions to language models in a minute. */
export const USUAL_CALLS = 60;

/** Any folder; a little of the disk stays free. */
export const ANY_FOLDER: FileSettings = {
  isForbidden: false,
  directory: null,
  budget: null,
  reserveBytes: 64 * 2 ** 20,
};
