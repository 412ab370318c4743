import type { Page } from "playwright-core";
import { describe, expect, test, vi } from "vitest";
import { lacksBrowser } from "../helpers/browser.ts";
import { trackingWorkflow, within } from "../helpers/daemon.ts";
import { usePageDaemon } from "../helpers/page-daemon.ts";

// The page in a real browser, at the widths of a phone and a desktop.

vi.setConfig({ testTimeout: 120_000, hookTimeout: 90_000 });

const NOWHERE = "rtsp://127.0.0.1:1/none";
const PARTS = ["cameras", "outputs", "zones", "events", "models", "workflows", "system"];

describe.skipIf(lacksBrowser())("the page", () => {
  const opened = usePageDaemon(trackingWorkflow(), (belt, workflow) => ({
    cameras: { belt, gone: { url: NOWHERE }, away: { url: NOWHERE } },
    pipelines: { count: { workflow, cameras: ["belt", "gone", "away"] } },
  }));

  /** The page at a part; what its console says is added to `said`. */
  async function open(width: number, part: string, said: string[] = []): Promise<Page> {
    const page = await opened.page({ width, said });
    await page.goto(`${await opened.daemon.url()}#${part}`, { waitUntil: "domcontentloaded" });
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
      ["system", /Time of frames[\s\S]*In models/i],
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
