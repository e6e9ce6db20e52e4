/** @file A service whose files are in S3-compatible storage, and a worker's folder elsewhere. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DataFolder } from "../../dist/server/data-folder.js";
import { s3Share } from "../../dist/server/s3-share.js";
import { startService } from "../../dist/server/serve.js";
import type { Share } from "../../dist/server/share.js";
import { openWorkFolder, type SharePlace } from "../../dist/server/share-work.js";
import { type FakeS3, fakeS3 } from "../support/fake-s3.js";
import { startTest, type TestService } from "./service.js";

/** All of it. */
export interface StoragePlace {
  readonly storage: FakeS3;
  readonly share: Share;
  readonly service: TestService;
  /** The worker's folder. */
  readonly root: string;
  readonly folder: DataFolder;
  readonly place: SharePlace;
  /** Names of the storage that begin so. */
  names(start: string): readonly string[];
  close(): Promise<void>;
}

/** Starts it; the storage is given up soon. */
export async function startStorage(): Promise<StoragePlace> {
  const storage = await fakeS3("");
  const patience = { triesMs: 30, pauseMs: 5, tryMs: 2000 };
  const share = s3Share(storage.address, storage.env, { patience });
  const service = await startTest({ share }, startService);
  const root = mkdtempSync(join(tmpdir(), "ritratto-worker-"));
  const folder = openWorkFolder(root, share);
  const { signal } = new AbortController();
  return {
    ...{ storage, share, service, root, folder },
    place: { folder, share, queue: service.queue, leaseMs: 60_000, signal },
    names: (start) => [...storage.objects.keys()].filter((key) => key.startsWith(start)),
    async close() {
      await service.close();
      await storage.close();
      for (const path of [service.data, root]) rmSync(path, { recursive: true, maxRetries: 5 });
    },
  };
}
