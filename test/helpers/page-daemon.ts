import { writeFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { useFolder } from "../stream/clip.ts";
import { openBrowser } from "./browser.ts";
import { startCamera } from "./camera.ts";
import { baseConfig, sceneSource, startDaemon, type TestDaemon } from "./daemon.ts";

interface PageOptions {
  width: number;
  height?: number;
  hasTouch?: boolean;
  /** What the console says, and what fails, is added to it. */
  said?: string[];
}

export interface PageDaemon {
  readonly daemon: TestDaemon;
  page(options: PageOptions): Promise<Page>;
}

/** For the tests of a block: a browser, and a daemon that tracks or counts on the camera `belt`, which is connected. */
export function usePageDaemon(
  workflow: object,
  configOf: (belt: { url: string }, workflow: string) => object,
): PageDaemon {
  const folder = useFolder();
  const closers: (() => Promise<unknown>)[] = [];
  let daemon: TestDaemon;
  let browser: Browser;

  beforeAll(async () => {
    const camera = await startCamera({ source: sceneSource() });
    closers.push(() => camera.close());
    await writeFile(folder.path("workflow.json"), JSON.stringify(workflow));
    const config = { ...baseConfig, ...configOf({ url: camera.url }, "workflow.json") };
    daemon = await startDaemon(folder.path("millrace.yaml"), config);
    closers.push(() => daemon.stop());
    await daemon.logged("source_started");
    browser = await openBrowser();
    closers.push(() => browser.close());
  });
  afterAll(async () => {
    for (const close of closers.toReversed()) await close();
  });

  return {
    get daemon() {
      return daemon;
    },
    async page({ width, height = 800, hasTouch = false, said = [] }) {
      const page = await browser.newPage({ viewport: { width, height }, hasTouch });
      page.on("console", (message) => void said.push(message.text()));
      page.on("pageerror", (error) => void said.push(error.message));
      return page;
    },
  };
}
