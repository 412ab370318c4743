import { writeFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { lacksBrowser, openBrowser } from "../helpers/browser.ts";
import { startCamera, type TestCamera } from "../helpers/camera.ts";
import { baseConfig, sceneSource, startDaemon, type TestDaemon, trackingWorkflow } from "../helpers/daemon.ts";
import { useFolder } from "../stream/clip.ts";

// The page of a daemon that shows nothing without its token.

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const folder = useFolder();
const TOKEN = "0123456789abcdef";

describe.skipIf(lacksBrowser())("the page of a daemon that is closed", () => {
  let camera: TestCamera;
  let daemon: TestDaemon;
  let browser: Browser;

  beforeAll(async () => {
    camera = await startCamera({ source: sceneSource() });
    await writeFile(folder.path("track.json"), JSON.stringify(trackingWorkflow()));
    daemon = await startDaemon(folder.path("millrace.yaml"), {
      ...baseConfig,
      http: { port: 0, host: "0.0.0.0", token: TOKEN, token_for: "all" },
      cameras: { belt: { url: camera.url } },
      pipelines: { count: { workflow: "track.json", cameras: ["belt"] } },
    });
    await daemon.logged("first_detection");
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await daemon.stop();
    await camera.close();
  });

  const signIn = async (page: Page) => {
    await page.locator("#token").fill(TOKEN);
    await page.getByRole("dialog").getByRole("button", { name: "Sign in" }).click();
  };

  test("asks for the token once, and shows everything from then on, until the user signs out", async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
    try {
      await page.goto((await daemon.url()).replace("0.0.0.0", "127.0.0.1"));
      await page.getByRole("dialog").waitFor();
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.getByText("it asks for a token").waitFor();
      expect(await page.evaluate("document.body.innerText")).not.toContain("belt");
      await page.getByRole("button", { name: "Sign in" }).click();
      await signIn(page);
      await page.locator(".picture img[data-at]").waitFor();
      expect(await page.evaluate("document.cookie")).toBe("");
      await page.reload();
      await page.locator(".picture img[data-at]").waitFor();
      await page.getByRole("link", { name: "Events" }).click();
      await page.locator(".events .card").first().waitFor();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("dialog").waitFor();
    } finally {
      await page.close();
    }
  });
});
