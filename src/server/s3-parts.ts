/** @file Large files to an S3-compatible storage, in parts. @source Amazon S3 API Reference, multipart upload. */
import { createHash } from "node:crypto";
import { type S3Caller, strange, wordOf } from "./s3-request.js";

/** A part of a file, and its hash. */
export interface FilePart {
  readonly content: Blob;
  readonly sha256: string;
}

/** Puts a file there. If that cannot be done, its parts are given up, and nothing is there. */
export async function putInParts(
  caller: S3Caller,
  { key, headers }: { readonly key: string; readonly headers: Readonly<Record<string, string>> },
  parts: AsyncIterable<FilePart>,
): Promise<void> {
  const begin = { method: "POST", key, headers, query: { uploads: "" } } as const;
  const uploadId = await caller.call(begin, async (answer) => {
    const id = wordOf(await answer.text(), "UploadId");
    if (id === undefined) throw strange("It does not say how it calls an upload in parts");
    return id;
  });
  try {
    let list = "";
    let partNumber = 0;
    for await (const body of parts) {
      partNumber++;
      const query = { partNumber: `${partNumber}`, uploadId };
      const tag = await caller.call({ method: "PUT", key, query, body }, async (answer) => {
        await answer.arrayBuffer();
        const etag = answer.headers.get("etag") ?? "";
        if (!/^"?[\w+/=:.-]{1,200}"?$/.test(etag)) throw strange("It gives a part no name");
        return etag;
      });
      list += `<Part><PartNumber>${partNumber}</PartNumber><ETag>${tag}</ETag></Part>`;
    }
    const content = `<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`;
    const body = { content, sha256: createHash("sha256").update(content).digest("hex") };
    const join = { method: "POST", key, query: { uploadId }, body } as const;
    const isJoined = await caller.call(join, async (answer) => {
      if (answer.status === 404) return false;
      // It may begin with 200 and then find that it cannot.
      const text = await answer.text();
      if (text.includes("<CompleteMultipartUploadResult")) return true;
      throw strange("It did not join parts");
    });
    // An upload that is gone was joined by a request whose answer was lost, or given up by somebody.
    if (!isJoined) await requireObject(caller, key, headers);
  } catch (error) {
    const abort = { method: "DELETE", key, query: { uploadId } } as const;
    // Whatever comes of it: the first error is the one to tell.
    await caller.call(abort, async () => undefined).catch(() => undefined);
    throw error;
  }
}

async function requireObject(
  caller: S3Caller,
  key: string,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  await caller.call({ method: "HEAD", key }, async (answer) => {
    const isThere = Object.entries(headers).every(
      ([name, value]) => answer.headers.get(name) === value,
    );
    if (!isThere) throw strange("It lost a file that came in parts");
  });
}
