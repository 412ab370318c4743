import { ConfigError } from "../base/errors.ts";
import { cameraSettings } from "./camera-settings.ts";
import type { Config } from "./config-schema.ts";
import { usedCameras } from "./config-warnings.ts";
import type { Report } from "./events.ts";
import type { PipelineExpansions } from "./expansions-page.ts";
import { type HttpServer, openHttp } from "./http.ts";
import type { LiveView } from "./live.ts";
import { openRawView, type RawView } from "./raw-view.ts";
import type { Health } from "./statistics.ts";

export interface PageServerSettings {
  ffmpegPath: string;
  /** The config as it is now. */
  config: () => Config;
  live: LiveView;
  health: () => Health;
  expansions: () => Promise<PipelineExpansions>;
  report: Report;
}

/** The live page and what else is read over HTTP; it may move to another port while the daemon runs. */
export class PageServer {
  readonly #settings: PageServerSettings;
  #open: { server: HttpServer; raw: RawView } | null = null;

  constructor(settings: PageServerSettings) {
    this.#settings = settings;
  }

  /** Null when it is switched off. */
  get url(): string | null {
    return this.#open?.server.url ?? null;
  }

  /** Throws CONFIG_HTTP when the port cannot be had. */
  async open(http: Config["http"]): Promise<void> {
    if (http === null) return;
    const { ffmpegPath, config, live, health, expansions, report } = this.#settings;
    const sourceOf = (camera: string) => {
      const found = config().cameras[camera];
      return found === undefined ? undefined : cameraSettings(camera, found, 0);
    };
    const raw = openRawView({ ffmpegPath, sourceOf });
    const cameras = () => usedCameras(config());
    const { device } = config();
    const server = await openHttp({
      ...http,
      allowedHosts: http.allowed_hosts,
      device,
      cameras,
      live,
      raw,
      health,
      expansions,
    }).catch((error: NodeJS.ErrnoException) => {
      const what = error.code === "EADDRINUSE" ? `port ${http.port} is in use by another program` : error.message;
      throw new ConfigError("CONFIG_HTTP", [{ code: "CONFIG_HTTP", path: "/http", message: what }]);
    });
    this.#open = { server, raw };
    report({ type: "http_listening", url: server.url });
  }

  /** When the new one cannot be had, the one of before is there again. */
  async move(next: Config["http"], before: Config["http"]): Promise<void> {
    await this.close();
    try {
      await this.open(next);
    } catch (error) {
      await this.open(before);
      throw error;
    }
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    this.#settings.live.close();
    await open?.raw.close();
    await open?.server.close();
  }
}
