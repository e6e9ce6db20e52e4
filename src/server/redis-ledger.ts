/** @file The audit log of a service on many machines, in Redis beside its queue. */
import { createHmac, randomBytes } from "node:crypto";
import { z } from "zod";
import type { Ledger } from "./ledger.js";
import { type RedisLink, scriptOf } from "./redis-link.js";
import { USUAL_PREFIX } from "./redis-queue.js";

/** Looks: how many lines there are, the last one, and whether this one is there. */
const LOOK = scriptOf(`
local lines, known = KEYS[1] .. ':lines', KEYS[1] .. ':known'
return {
  redis.call('LLEN', lines), redis.call('LINDEX', lines, -1) or '',
  redis.call('SISMEMBER', known, ARGV[1]),
}`);
/** Adds a line, if nobody has added one meanwhile, nor this one before. */
const ADD = scriptOf(`
local lines, known = KEYS[1] .. ':lines', KEYS[1] .. ':known'
if redis.call('SISMEMBER', known, ARGV[1]) == 1 then return 1 end
if redis.call('LLEN', lines) ~= tonumber(ARGV[2]) then return 0 end
redis.call('RPUSH', lines, ARGV[3])
redis.call('SADD', known, ARGV[1])
return 1`);
/** The secret, which the first one makes. */
const SECRET = scriptOf(`
redis.call('SET', KEYS[1] .. ':accounts', ARGV[1], 'NX')
return redis.call('GET', KEYS[1] .. ':accounts')`);

const SECRET_BYTES = 32;
const seenSchema = z.tuple([z.number(), z.string(), z.number()]);

/** Opens it. @param prefix - Of all keys. */
export function redisLedger(link: RedisLink, prefix = USUAL_PREFIX): Ledger {
  const root = `${prefix}:audit`;
  let secret: Promise<string> | undefined;
  const makeSecret = async () => {
    const wish = randomBytes(SECRET_BYTES).toString("hex");
    return z.string().parse(await link.asking((redis) => SECRET(redis, root, wish)));
  };
  return {
    lineOf({ account, id }, film) {
      const name = `${account}/${id}/${film}`;
      return {
        async append(make) {
          for (;;) {
            const seen = await link.asking((redis) => LOOK(redis, root, name));
            const [count, last, isKnown] = seenSchema.parse(seen);
            if (isKnown === 1) return;
            const text = await make(count === 0 ? undefined : last);
            const added = await link.asking((redis) => ADD(redis, root, name, `${count}`, text));
            // Somebody else may have added a line meanwhile; then ours is chained anew.
            if (added === 1) return;
          }
        },
      };
    },
    async text() {
      const lines = await link.asking((redis) => redis.lrange(`${root}:lines`, 0, -1));
      return lines.map((line) => `${line}\n`).join("");
    },
    async accountHash(account) {
      secret ??= makeSecret();
      // Whoever did not get it asks again.
      secret.catch(() => (secret = undefined));
      return createHmac("sha256", await secret)
        .update(account)
        .digest("hex");
    },
  };
}
