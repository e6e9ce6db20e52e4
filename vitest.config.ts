import { configDefaults, defineConfig } from "vitest/config";

/** Pages in real Chromium, which take minutes: `npm run test:browser`. */
const BROWSER_TESTS = "test/**/browser.test.ts";
/** They register codecs of their own, which are there for the whole process. */
const OWN_CODECS = "test/media/*wasm*.test.ts";

export default defineConfig(({ mode }) => ({
  test: {
    globalSetup: ["test/support/home.ts"],
    setupFiles: ["test/support/golden.ts"],
    // Networks and films take seconds on a busy machine; no test asserts a time.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two cores: more processes would only wait for each other.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: "shared",
          include: [mode === "browser" ? BROWSER_TESTS : "test/**/*.test.ts"],
          exclude: [
            ...[...configDefaults.exclude, OWN_CODECS],
            ...(mode === "browser" ? [] : [BROWSER_TESTS]),
          ],
          // Files share what they import: loading all of it anew for each took a third of the time.
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: "alone", include: mode === "browser" ? [] : [OWN_CODECS], isolate: true },
      },
    ],
  },
}));
