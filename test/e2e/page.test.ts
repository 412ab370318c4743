import { writeFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { lacksBrowser, openBrowser } from "../helpers/browser.ts";
import { startCamera, type TestCamera } from "../helpers/camera.ts";
import { baseConfig, sceneSource, startDaemon, type TestDaemon, trackingWorkflow, within } from "../helpers/daemon.ts";
import { useFolder } from "../stream/clip.ts";

// The page in a real browser, at the widths of a phone and a desktop.

vi.setConfig({ testTimeout: 120_000, hookTimeout: 90_000 });

const folder = useFolder();
const NOWHERE = "rtsp://127.0.0.1:1/none";
const PARTS = ["cameras", "outputs", "zones", "events", "models", "workflows", "system"];

describe.skipIf(lacksBrowser())("the page", () => {
  let camera: TestCamera;
  let daemon: TestDaemon;
  let browser: Browser;

  beforeAll(async () => {
    camera = await startCamera({ source: sceneSource() });
    await writeFile(folder.path("track.json"), JSON.stringify(trackingWorkflow()));
    daemon = await startDaemon(folder.path("millrace.yaml"), {
      ...baseConfig,
      cameras: { belt: { url: camera.url }, gone: { url: NOWHERE }, away: { url: NOWHERE } },
      pipelines: { count: { workflow: "track.json", cameras: ["belt", "gone", "away"] } },
    });
    await daemon.frames("belt", 5);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await daemon.stop();
    await camera.close();
  });

  /** The page at a part; what its console says is added to `said`. */
  async function open(width: number, part: string, said: string[] = []): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 800 } });
    page.on("console", (message) => void said.push(message.text()));
    page.on("pageerror", (error) => void said.push(error.message));
    await page.goto(`${await daemon.url()}#${part}`, { waitUntil: "domcontentloaded" });
    return page;
  }

  const textOf = (page: Page) => page.evaluate<string>("document.body.innerText");
  const until = (page: Page, pattern: RegExp) =>
    within(
      async () => pattern.test(await textOf(page)),
      () => `the page shows ${pattern}`,
      30_000,
    );

  describe.each([390, 1280])("at %i pixels", (width) => {
    test.each([
      ["cameras", /belt[\s\S]*Online/],
      ["outputs", /tracks/],
      ["zones", /No zone lies in this picture yet/],
      ["events", /· belt/],
      ["models", /shapes\/1[\s\S]*cpu/i],
      ["workflows", /byte_tracker/],
      ["system", /Broker/i],
    ])("shows %s, is as wide as the screen, and its console stays empty", async (part, pattern) => {
      const said: string[] = [];
      const page = await open(width, part, said);
      try {
        await until(page, pattern);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
        expect(said).toEqual([]);
      } finally {
        await page.close();
      }
    });

    test("says in few lines which cameras have faults, and why on request", async () => {
      const page = await open(width, "system");
      try {
        await until(page, /2 cameras with faults\s+gone, away/);
        expect(await textOf(page)).not.toMatch(/nothing accepts the connection/);
        await page.locator("#faults summary").click();
        await until(page, /gone: .*nothing accepts the connection[\s\S]*away: /);
      } finally {
        await page.close();
      }
    });

    test("says why a camera is offline and when it is tried next", async () => {
      const page = await open(width, "cameras");
      try {
        await until(page, /gone[\s\S]*\b(Next|Trying|Tried|again)\b/i);
        expect(await textOf(page)).toMatch(/refused/i);
      } finally {
        await page.close();
      }
    });
  });

  test("is reached by the keyboard, and all that can be used has a name", async () => {
    const page = await open(1280, "cameras");
    try {
      await until(page, /belt[\s\S]*Online/);
      const nameless = await page.evaluate<string[]>(
        `Array.from(document.querySelectorAll("a, button, select, input, summary, img, video"))
          .filter((element) => element.checkVisibility())
          .filter((element) => !(element.getAttribute("aria-label") || element.alt || element.labels?.length || element.textContent.trim()))
          .map((element) => element.outerHTML)`,
      );
      expect(nameless).toEqual([]);
      const reached = new Set<string>();
      for (let i = 0; i < 24; i++) {
        await page.keyboard.press("Tab");
        reached.add(await page.evaluate<string>("document.activeElement.textContent.trim()"));
      }
      for (const part of PARTS) expect([...reached].map((name) => name.toLowerCase())).toContain(part);
    } finally {
      await page.close();
    }
  });
});
