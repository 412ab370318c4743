import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 90_000,
    hookTimeout: 90_000,
    setupFiles: ["test/helpers/property-seed.ts"],
    globalSetup: ["test/helpers/setup.ts"],
  },
});
