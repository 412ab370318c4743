import { expect, test } from "vitest";
import { blot } from "../../../src/base/secrets.ts";
import { environmentSecretsStoreV1 } from "../../../src/blocks/data/environment-secrets-store.ts";
import { openSink } from "../sink/open-sink.ts";

const literals = { variables_storing_secrets: ["DOOR_TOKEN", "Absent"] };

test("variables come by their names in small letters, and are blotted out of all that is written from then on", async () => {
  const store = openSink(environmentSecretsStoreV1, literals, { variables: { DOOR_TOKEN: "a-secret-of-a-test" } });
  expect(await store.run()).toEqual({ door_token: "a-secret-of-a-test", absent: null });
  expect(blot("answered: a-secret-of-a-test")).toBe("answered: ***");
});

test("an operator may forbid it", async () => {
  const variables = { DOOR_TOKEN: "x", ALLOW_WORKFLOW_BLOCKS_ACCESSING_ENVIRONMENTAL_VARIABLES: "False" };
  const store = openSink(environmentSecretsStoreV1, literals, { variables });
  await expect(store.run()).rejects.toMatchObject({ code: "ENVIRONMENT_FORBIDDEN" });
});
