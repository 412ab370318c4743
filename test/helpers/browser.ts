import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const EXECUTABLE = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

/** For `describe.skipIf`: true, with the reason printed, when there is no browser on this machine. */
export function lacksBrowser(): boolean {
  if (EXECUTABLE === undefined) process.stderr.write("skipped: chromium not found (Debian package chromium)\n");
  return EXECUTABLE === undefined;
}

/** A browser without a window that keeps to itself: no updates, no synchronisation, no first-run page. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE as string,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
    timeout: 30_000,
  });
}
