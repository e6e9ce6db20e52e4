/** @file What the page and its worker say to each other. */
import type { RegistryEntry } from "../trust/registry.js";
import type { Verification } from "../trust/verify.js";

/** What films are recognised by, from now on. */
export interface Known {
  readonly entries: readonly RegistryEntry[];
  /** Certificates, PEM. */
  readonly anchors: readonly string[];
}

/** A file that is asked about. */
export interface Job {
  readonly number: number;
  readonly file: File;
}

/** How far it is, 0..1 or nobody knows, or what came of it. */
export type Answer =
  | { readonly number: number; readonly done: number | undefined }
  | { readonly number: number; readonly found: Verification }
  | { readonly number: number; readonly problem: string };
