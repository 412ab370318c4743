import { steadyMs } from "../base/steady-clock.ts";
import type { EffectEvent, Services } from "../blocks/contract/services.ts";
import { openBackground } from "./background.ts";
import { type FileSettings, openFiles } from "./files.ts";
import { openHttp } from "./http.ts";

export type { FileSettings } from "./files.ts";

/** How blocks act on the world, for one thread. */
export interface Effects {
  services: Pick<Services, "http" | "files" | "background" | "time">;
  /** Resolves when the work in the background has ended. */
  idle(): Promise<void>;
  /** Ends what is under way. */
  close(): Promise<void>;
}

export function openEffects(files: FileSettings, report: (event: EffectEvent) => void): Effects {
  const http = openHttp();
  const background = openBackground(report);
  return {
    services: { http, background, files: openFiles(files), time: { steadyMs, now: () => new Date() } },
    idle: () => background.idle(),
    close: () => http.close(),
  };
}

/** Any folder; a little of the disk stays free. */
export const ANY_FOLDER: FileSettings = {
  isForbidden: false,
  directory: null,
  budgetBytes: null,
  reserveBytes: 64 * 2 ** 20,
};
