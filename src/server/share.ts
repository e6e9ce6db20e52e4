/** @file Files that servers and workers on several machines share: what any such storage has to do. */

/** A file of the share. */
export interface SharedFile {
  readonly name: string;
  readonly bytes: number;
  /** When it was put there or said to be needed, ms since 1970. */
  readonly changedAt: number;
}

/** What files may be called: nothing that means something to a URL, to XML or to a file system. */
export const SHARED_NAME = /^(?!.*(?:^|\/)\.)[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/;

/**
 * A storage that several machines reach. Everything is tried again for a while if the storage cannot be reached.
 *
 * All of it throws FilmError `storage_unreachable` if that does not help, and `storage_refused` where
 * trying again would not help: a wrong key, a bucket that is not there.
 */
export interface Share {
  /** Puts a copy of a file there, over an older one: all of it, or nothing. */
  put(name: string, path: string): Promise<void>;
  /**
   * Gets a file, over an older one: all of it, or nothing. Its folder is made.
   *
   * @param sha256 - What its bytes must hash to; without it, what they had when they were put there.
   * @returns Whether there is such a file.
   * @throws FilmError `file_unwritable`; `storage_damaged` if the file there is another.
   */
  fetch(name: string, path: string, sha256?: string): Promise<boolean>;
  /**
   * Bytes of a file as they come; nothing if there is no such file. Where the line breaks they go on.
   *
   * @param from - The first byte. @param to - The last one.
   */
  open(name: string, from: number, to: number): Promise<ReadableStream<Uint8Array> | undefined>;
  /** Looks at a file. @returns With the hash that its bytes had when they were put there, if that is known. */
  find(name: string): Promise<(SharedFile & { readonly sha256?: string }) | undefined>;
  /** Says that a file is still needed: its time becomes now. @returns Whether there is such a file. */
  touch(name: string): Promise<boolean>;
  /** Removes a file, if it is there. */
  remove(name: string): Promise<void>;
  /** Files whose names begin so, sorted by name. */
  list(prefix: string): Promise<readonly SharedFile[]>;
}
