import type { Page } from "playwright-core";
import { describe, expect, test, vi } from "vitest";
import { lacksBrowser } from "../helpers/browser.ts";
import { trackingWorkflow } from "../helpers/daemon.ts";
import { usePageDaemon } from "../helpers/page-daemon.ts";

// The page of a daemon that shows nothing without its token.

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const TOKEN = "0123456789abcdef";

describe.skipIf(lacksBrowser())("the page of a daemon that is closed", () => {
  const opened = usePageDaemon(trackingWorkflow(), (belt, workflow) => ({
    http: { port: 0, host: "0.0.0.0", token: TOKEN, token_for: "all" },
    cameras: { belt },
    pipelines: { count: { workflow, cameras: ["belt"] } },
  }));

  const signIn = async (page: Page) => {
    await page.locator("#token").fill(TOKEN);
    await page.getByRole("dialog").getByRole("button", { name: "Sign in" }).click();
  };

  test("asks for the token once, and shows everything from then on, until the user signs out", async () => {
    const page = await opened.page({ width: 390 });
    try {
      await page.goto((await opened.daemon.url()).replace("0.0.0.0", "127.0.0.1"));
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
