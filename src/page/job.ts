/** @file What the page and its worker say to each other. */
import type { Verification } from "../trust/verify.js";

/** A file that is asked about, and what films are recognised by. */
export interface Job {
  readonly number: number;
  readonly file: File;
  /** Entries of registries, as text. */
  readonly entries: readonly string[];
  /** Certificates, PEM. */
  readonly anchors: readonly string[];
}

/** What came of it. */
export type Answer =
  | { readonly number: number; readonly found: Verification }
  | { readonly number: number; readonly problem: string };
