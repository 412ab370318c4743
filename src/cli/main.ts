#!/usr/bin/env node
import { inspect } from "node:util";
import { blot } from "../base/secrets.ts";
import { preferSmallHeaps } from "../base/small-heaps.ts";
import { limitYoungGenerations } from "../base/young-generation.ts";
import { keepCompiledCode } from "./code-cache.ts";
import { exhaustion, scarcity } from "./descriptors.ts";

// Loading the program takes up to a second; the config is read afterwards, so a reload that is asked for meanwhile is done.
if (process.argv[2] === "start") {
  process.on("SIGHUP", () => {});
  limitYoungGenerations();
  preferSmallHeaps();
}

// A reader of standard error that goes away ends nothing.
process.stderr.on("error", () => {});
process.on("uncaughtException", (error) => fail(exhaustion(error) ?? inspect(error)));

keepCompiledCode(process.env);
const scarce = scarcity();
if (scarce === null) {
  const { runProgram } = await import("./program.ts");
  await runProgram();
} else fail(scarce);

function fail(message: string): never {
  process.stderr.write(`millrace: ${blot(message)}\n`);
  process.exit(1);
}
