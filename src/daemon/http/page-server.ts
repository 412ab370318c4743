import { MillraceError } from "../../base/errors.ts";
import { cameraSettings } from "../config/camera-settings.ts";
import type { Config } from "../config/schema/config-schema.ts";
import type { Report } from "../report/events.ts";
import { type HttpServer, type HttpSettings, openHttp } from "./http.ts";
import { openRawView, type RawView } from "./raw-view.ts";

export interface PageServerSettings
  extends Pick<
    HttpSettings,
    "live" | "pictures" | "events" | "zones" | "plan" | "state" | "health" | "flow" | "metrics" | "expansions"
  > {
  ffmpegPath: string;
  /** The config as it is now. */
  config: () => Config;
  report: Report;
}

/** The HTTP server of the live page and the health; it may move to another port while the daemon runs. */
export class PageServer {
  readonly #settings: PageServerSettings;
  #open: Open | null = null;

  constructor(settings: PageServerSettings) {
    this.#settings = settings;
  }

  /** Null when it is switched off. */
  get url(): string | null {
    return this.#open?.server.url ?? null;
  }

  /** Moves to another address, or to none. Throws HTTP_UNAVAILABLE and stays where it was if the address cannot be used. */
  async move(next: Config["http"]): Promise<void> {
    const before = this.#open;
    if (next === null) return this.close();
    const opened = await this.#listen(next).catch((error: MillraceError) => {
      const isOwn = before?.http.port === next.port && error.details["reason"] === "EADDRINUSE";
      return isOwn ? null : Promise.reject(error);
    });
    if (opened === null && before !== null) return this.#takeOver(next, before.http);
    this.#open = opened;
    await closed(before);
  }

  /** The one that runs has the port itself. */
  async #takeOver(next: Address, before: Address): Promise<void> {
    await this.close();
    try {
      this.#open = await this.#listen(next);
    } catch (error) {
      this.#open = await this.#listen(before);
      throw error;
    }
  }

  async #listen(http: Address): Promise<Open> {
    const { ffmpegPath, config, report, ...shown } = this.#settings;
    const sourceOf = (camera: string) => {
      const found = config().cameras[camera];
      return found === undefined ? undefined : cameraSettings(camera, found, 0);
    };
    const raw = openRawView({ ffmpegPath, sourceOf });
    const { device } = config();
    const { allowed_hosts: allowedHosts, token_for: tokenFor, ...address } = http;
    const settings = { ...address, ...shown, allowedHosts, tokenFor, device, raw, report };
    const server = await openHttp(settings).catch((error) => {
      throw unavailable(http, error);
    });
    report({ type: "http_listening", url: server.url });
    return { http, server, raw };
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    this.#settings.live.close();
    await closed(open);
  }
}

type Address = NonNullable<Config["http"]>;

interface Open {
  http: Address;
  server: HttpServer;
  raw: RawView;
}

async function closed(open: Open | null): Promise<void> {
  await open?.raw.close();
  await open?.server.close();
}

function unavailable({ host, port }: Address, error: NodeJS.ErrnoException): MillraceError {
  const reasons: Record<string, string> = {
    EADDRINUSE: `port ${port} is in use by another program`,
    EADDRNOTAVAIL: `this machine does not have the address ${host} (yet)`,
    EACCES: `port ${port} is for privileged users alone`,
  };
  const message = reasons[error.code ?? ""] ?? error.message;
  return new MillraceError("HTTP_UNAVAILABLE", message, { host, port, reason: error.code }, { cause: error });
}
