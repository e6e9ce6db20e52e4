import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/home.ts"],
    setupFiles: ["test/support/golden.ts"],
    // Networks and films take seconds on a busy machine; no test asserts a time.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two cores: more processes would only wait for each other.
    maxWorkers: 2,
  },
});
