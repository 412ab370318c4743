import { expect, test } from "vitest";
import { asyncApi } from "../../../src/daemon/commands/asyncapi.ts";

// biome-ignore lint/suspicious/noExplicitAny: a document is walked as it is
type Json = any;

const document: Json = asyncApi();

function at(pointer: string): Json {
  return pointer
    .slice(2)
    .split("/")
    .reduce((tree: Json, key) => tree?.[key], document);
}

function refs(tree: Json): string[] {
  if (typeof tree !== "object" || tree === null) return [];
  const own = typeof tree.$ref === "string" ? [tree.$ref] : [];
  return [...own, ...Object.values(tree).flatMap(refs)];
}

test("the AsyncAPI document refers to nothing that it does not have", () => {
  const found = refs(document);
  expect(found.length).toBeGreaterThan(30);
  expect(found.filter((ref) => !ref.startsWith("#/") || at(ref) === undefined)).toEqual([]);
});

test("every channel declares the parameters of its address, and is used by an operation", () => {
  const used = Object.values<Json>(document.operations).map(({ channel }) => channel.$ref);
  for (const [name, { address, parameters }] of Object.entries<Json>(document.channels)) {
    const inAddress = Array.from(address.matchAll(/\{(\w+)\}/g), ([, id]: RegExpMatchArray) => id);
    expect(Object.keys(parameters), name).toEqual(inAddress);
    expect(used, name).toContain(`#/channels/${name}`);
    expect(address.split("/").length, name).toBeLessThanOrEqual(7);
  }
});
