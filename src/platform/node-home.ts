/** @file Where Ritratto keeps what belongs to one user: consents, keys, registry. */
import { homedir } from "node:os";
import { join } from "node:path";

/** What decides where it is. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The user's own folder. */
  readonly home: string;
}

/**
 * The user's folder of Ritratto: RITRATTO_HOME if set, else %APPDATA%\ritratto on Windows, else
 * $XDG_CONFIG_HOME/ritratto or ~/.config/ritratto. It need not exist yet.
 *
 * @source XDG Base Directory Specification 0.8: relative and empty values are ignored.
 */
export function ritrattoHome(
  { env, platform, home }: Surroundings = {
    env: process.env,
    platform: process.platform,
    home: homedir(),
  },
): string {
  if (env.RITRATTO_HOME) return env.RITRATTO_HOME;
  if (platform === "win32")
    return join(env.APPDATA || join(home, "AppData", "Roaming"), "ritratto");
  const config = env.XDG_CONFIG_HOME;
  return join(config?.startsWith("/") ? config : join(home, ".config"), "ritratto");
}
