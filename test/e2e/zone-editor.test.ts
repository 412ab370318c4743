import type { Locator, Page } from "playwright-core";
import { describe, expect, test, vi } from "vitest";
import type { ZoneView } from "../../src/daemon/control/zone-views.ts";
import { lacksBrowser } from "../helpers/browser.ts";
import { within } from "../helpers/daemon.ts";
import { lineWorkflow } from "../helpers/line-workflow.ts";
import { usePageDaemon } from "../helpers/page-daemon.ts";

// Zones are drawn in a real browser, with pointer, finger and keys, on the picture of a camera that a workflow counts on.

vi.setConfig({ testTimeout: 120_000, hookTimeout: 90_000 });

const TOKEN = "0123456789abcdef";
type Place = readonly [x: number, y: number];

describe.skipIf(lacksBrowser())("the editor of zones", () => {
  const opened = usePageDaemon(lineWorkflow(), (belt, workflow) => ({
    http: { port: 0, token: TOKEN },
    state_dir: "state",
    cameras: { belt },
    // Where nothing passes.
    zones: { kerb: { line: [[0.05, 0.05], [0.12, 0.05]] } }, // biome-ignore format: points
    pipelines: { count: { workflow, cameras: ["belt"], parameters: { line: { zone: "kerb" } } } },
  }));

  async function open(width: number, said: string[] = []): Promise<Page> {
    const page = await opened.page({ width, height: 850, hasTouch: width < 500, said });
    await page.goto(`${await opened.daemon.url()}#zones/belt`);
    await page.locator("svg.canvas").waitFor();
    await button(page, "New line").waitFor();
    return page;
  }

  const button = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true });

  async function click(page: Page, [x, y]: Place): Promise<void> {
    const box = await page.locator("svg.canvas").boundingBox();
    if (box === null) throw new Error("the picture is not there");
    const isPhone = (page.viewportSize()?.width ?? 0) < 500;
    const at = [box.x + x * box.width, box.y + y * box.height] as const;
    await (isPhone ? page.touchscreen.tap(...at) : page.mouse.click(...at));
  }

  async function drag(page: Page, from: Place, to: Place): Promise<void> {
    const box = await page.locator("svg.canvas").boundingBox();
    if (box === null) throw new Error("the picture is not there");
    await page.mouse.move(box.x + from[0] * box.width, box.y + from[1] * box.height);
    await page.mouse.down();
    await page.mouse.move(box.x + to[0] * box.width, box.y + to[1] * box.height, { steps: 4 });
    await page.mouse.up();
  }

  async function signIn(page: Page, token = TOKEN): Promise<void> {
    await page.locator("#token").fill(token);
    await page.getByRole("dialog").getByRole("button", { name: "Sign in" }).click();
  }

  async function zone(id: string): Promise<ZoneView | null> {
    const response = await fetch(`${await opened.daemon.url()}api/zones/${id}`);
    return response.ok ? ((await response.json()) as { zone: ZoneView }).zone : null;
  }

  async function put(id: string, body: object, match: Record<string, string>): Promise<void> {
    const headers = { "content-type": "application/json", authorization: `Bearer ${TOKEN}`, ...match };
    const answer = await fetch(`${await opened.daemon.url()}api/zones/${id}`, {
      method: "PUT",
      headers,
      body: JSON.stringify(body),
    });
    expect(answer.ok).toBe(true);
  }

  async function counted(): Promise<number> {
    const state = (await (await fetch(`${await opened.daemon.url()}api/state`)).json()) as {
      cameras: { values: { output: string; text: string }[] }[];
    };
    const values = state.cameras[0]?.values ?? [];
    return ["in", "out"].reduce(
      (sum, name) => sum + Number(values.find(({ output }) => output === name)?.text ?? 0),
      0,
    );
  }

  test("draws a line with the pointer over that of the config, and the next object that passes is counted", async () => {
    const said: string[] = [];
    const page = await open(1280, said);
    try {
      expect(await counted()).toBe(0);
      await page.getByRole("button", { name: "kerb" }).click();
      await page.getByText("Used by count (parameter line).").waitFor();
      await drag(page, [0.05, 0.05], [0.4, 0.02]);
      await drag(page, [0.12, 0.05], [0.4, 0.98]);
      await button(page, "Save").click();
      await signIn(page, "not-the-token-of-it");
      await page.getByText("This is not the token.").waitFor();
      await signIn(page);
      await page.getByText("Saved, and in force from now on.").waitFor();
      const kept = await zone("kerb");
      expect(kept).toMatchObject({ origin: "drawn", over_config: true, camera: null });
      for (const [i, [x, y]] of [
        [0.4, 0.02],
        [0.4, 0.98],
      ].entries()) {
        // biome-ignore format: points
        expect(kept?.points[i]?.[0]).toBeCloseTo(x as number, 1);
        expect(kept?.points[i]?.[1]).toBeCloseTo(y as number, 1);
      }
      await within(
        async () => (await counted()) > 0,
        () => "an object has crossed the line",
      );
      await button(page, "Delete, back to the config's").click();
      await within(
        async () => (await zone("kerb"))?.origin === "config",
        () => "the line of the config is back",
      );
      expect(said.filter((line) => !line.includes("401"))).toEqual([]);
    } finally {
      await page.close();
    }
  });

  describe.each([390, 1280])("at %i pixels", (width) => {
    test("draws a polygon with the pointer, mends it, and says what to write into the config", async () => {
      const page = await open(width);
      const id = `area-${width}`;
      try {
        await button(page, "New polygon").click();
        for (const place of [[0.2, 0.2], [0.8, 0.2], [0.8, 0.8], [0.2, 0.2]] as const) await click(page, place); // biome-ignore format: points
        // The middle of the last edge becomes a point.
        await drag(page, [0.5, 0.5], [0.2, 0.8]);
        await drag(page, [0.8, 0.2], [0.9, 0.1]);
        await button(page, "Undo").click();
        await page.getByLabel("Name").fill("Not A Name");
        await button(page, "Save").click();
        await page.getByText("The name takes 1 to 64 of a-z").waitFor();
        await page.getByLabel("Name").fill(id);
        await button(page, "Save").click();
        await signIn(page);
        await page.getByText("Saved, and in force from now on.").waitFor();
        const { points = [] } = (await zone(id)) ?? {};
        expect(points.map((point) => point.map((part) => Math.round(part * 10) / 10))).toEqual([[0.2, 0.2], [0.8, 0.2], [0.8, 0.8], [0.2, 0.8]]); // biome-ignore format: points
        await page.getByText("none has a parameter that takes a polygon").waitFor();
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      } finally {
        await page.close();
      }
    });

    test("draws a line with the keyboard alone, and all that can be used has a name", async () => {
      const page = await open(width);
      const id = `fence-${width}`;
      try {
        await button(page, "New line").focus();
        await page.keyboard.press("Enter");
        await button(page, "Add a point").focus();
        await page.keyboard.press("Enter");
        for (let i = 0; i < 4; i++) await page.keyboard.press("Shift+ArrowLeft");
        expect(await page.evaluate("document.activeElement.getAttribute('aria-label')")).toMatch(
          /^Point 1 of 1, 10 % across, 30 % down/,
        );
        await button(page, "Add a point").focus();
        await page.keyboard.press("Enter");
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Control+z");
        expect(
          await page.evaluate<string[]>(
            `Array.from(document.querySelectorAll("a, button, select, input, [role=button]"))
              .filter((element) => element.checkVisibility())
              .filter((element) => !(element.getAttribute("aria-label") || element.labels?.length || element.textContent.trim()))
              .map((element) => element.outerHTML)`,
          ),
        ).toEqual([]);
        await page.getByLabel("Name").fill(id);
        await page.keyboard.press("Enter");
        await signIn(page);
        await page.getByText("No pipeline uses it yet.").waitFor();
        expect(await page.locator(".snippet pre").textContent()).toBe(
          `pipelines:\n  count:\n    parameters:\n      line: { zone: ${id} }`,
        );
        expect((await zone(id))?.points).toEqual([[0.1, 0.3], [0.7, 0.3]]); // biome-ignore format: points
      } finally {
        await page.close();
      }
    });
  });

  test("throws a drawing away with Escape, but not by one slip", async () => {
    const page = await open(1280);
    try {
      await button(page, "New polygon").click();
      await click(page, [0.3, 0.3]);
      await page.keyboard.press("Escape");
      await page.getByText("Escape once more throws the changes away.").waitFor();
      await page.keyboard.press("Escape");
      await button(page, "New polygon").waitFor();
      expect(await page.locator(".zone-form").isVisible()).toBe(false);
    } finally {
      await page.close();
    }
  });

  test("does not overwrite what others have changed meanwhile, unless it is asked to", async () => {
    const drawn = { camera: "belt", polygon: [[0.1, 0.1], [0.3, 0.1], [0.3, 0.3]] }; // biome-ignore format: points
    await put("shared", drawn, { "if-none-match": "*" });
    const page = await open(1280);
    try {
      await page.getByRole("button", { name: "shared" }).click();
      await page.getByText(/No pipeline uses it/).waitFor();
      await drag(page, [0.3, 0.3], [0.6, 0.6]);
      const others = { ...drawn, polygon: [[0.1, 0.1], [0.4, 0.1], [0.4, 0.4]] }; // biome-ignore format: points
      await put("shared", others, { "if-match": "*" });
      await button(page, "Save").click();
      await signIn(page);
      await page.getByText('Not saved: zone "shared" was changed meanwhile.').waitFor();
      expect((await zone("shared"))?.points).toEqual(others.polygon);
      await button(page, "Save mine over it").click();
      await page.getByText("Saved, and in force from now on.").waitFor();
      expect((await zone("shared"))?.points[2]?.[0]).toBeCloseTo(0.6, 1);
    } finally {
      await page.close();
    }
  });

  test("says why a zone is refused", async () => {
    const page = await open(1280);
    try {
      await button(page, "New polygon").click();
      for (const place of [[0.2, 0.2], [0.8, 0.8], [0.8, 0.2], [0.2, 0.8]] as const) await click(page, place); // biome-ignore format: points
      await page.getByLabel("Name").fill("bow");
      await button(page, "Save").click();
      await signIn(page);
      await page.getByText(/Not saved: "polygon" meets itself/).waitFor();
      expect(await zone("bow")).toBe(null);
    } finally {
      await page.close();
    }
  });
});
