import { afterEach, beforeEach, expect, it } from "vitest";
import { type HttpServer, openHttp } from "../../../src/daemon/http/http.ts";
import { dynamicWorkflow, planDocument, returning } from "../../expansion/documents.ts";
import { HEALTHY_PAGES } from "../../helpers/healthy.ts";
import { openPlan } from "../../helpers/open-plan.ts";

let server: HttpServer;

beforeEach(async () => {
  const steps = [
    { type: "identity", name: "first", value: "$inputs.value" },
    { type: "identity", name: "<second>", value: "$steps.first.out" },
  ];
  const good = openPlan(
    planDocument(dynamicWorkflow("Plan", returning(steps.slice(0, 1), { out: "$steps.first.out" }))),
  );
  await good.run({ x: [1] });
  await good.run({ x: [2] });
  const bad = openPlan(planDocument(dynamicWorkflow("Plan", returning(steps, { out: "$steps.none.out" }))), {
    onError: "isolate",
  });
  await bad.run({ x: [1] });
  const found = { dock: { plan: good.expansion("plan"), "each/plan": bad.expansion("plan") } };
  server = await openHttp({
    host: "127.0.0.1",
    port: 0,
    device: "box",
    pictures: () => undefined,
    live: undefined as never,
    raw: undefined as never,
    ...HEALTHY_PAGES,
    expansions: async () => found as never,
  });
});

afterEach(() => server.close());

it("shows what steps have made, with counts, faults and a picture of each workflow", async () => {
  const page = await (await fetch(`${server.url}expansions`)).text();
  expect(page).toContain("dock · plan (Plan)");
  expect(page).toContain("2 calls, 0 direct results, 1 hits, 1 new shapes, 0 evicted, 0 failed");
  expect(page).toContain('<span class="error">the generated workflow has faults');
  expect(page).not.toContain("<second>");
  const [, picture = ""] = /<img src="\/(expansions[^"]+\.svg)"/.exec(page) ?? [];
  const answer = await fetch(`${server.url}${picture}`);
  expect(answer.headers.get("content-type")).toBe("image/svg+xml");
  const svg = await answer.text();
  for (const text of ["$inputs.value", "first", "identity", "out"]) expect(svg).toContain(text);
});

it("tells programs the same", async () => {
  const found = await (await fetch(`${server.url}expansions.json`)).json();
  expect(found).toMatchObject({
    dock: { plan: { calls: 2, hits: 1, shapes: [{ uses: 2, workflow: { name: "made" } }] } },
  });
  expect((await fetch(`${server.url}expansions/dock/plan/0123456789abcdef.svg`)).status).toBe(404);
  expect((await fetch(`${server.url}expansions/nothing`)).status).toBe(404);
});
