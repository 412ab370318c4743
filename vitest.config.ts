import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // Real processes on a shared machine that may stand still for a minute: one more try, and the report says so.
    retry: process.env["CI"] ? 1 : 0,
    globalSetup: ["test/helpers/setup.ts"],
  },
});
