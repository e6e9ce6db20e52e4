/**
 * @file What Redis does with a job in one go: nobody sees half of a change, and none is lost between two.
 *
 * Each job is a hash, with sorted sets that lead to it: all jobs by number (by account, by state, by
 * both), leases by their end, jobs that are over by when they ended, waiting jobs that are owed a ticket, and those that
 * were handed one, by when it counts as lost. The keys are of one server: a cluster would need them in one slot.
 */

/** The script. Its key is the prefix of all keys; its arguments are what to do, and with what, as JSON. */
export const JOBS_SCRIPT = `
local root, op, a = KEYS[1], ARGV[1], cjson.decode(ARGV[2])
local OVER = { done = true, failed = true, cancelled = true }

local function at(...) return root .. ':' .. table.concat({ ... }, ':') end

local function setsOf(job)
  return {
    at('jobs'), at('jobs', 'account', job.account), at('jobs', 'state', job.state),
    at('jobs', 'both', job.account, job.state),
  }
end

local function find(name)
  local flat = redis.call('HGETALL', at('job', name))
  if #flat == 0 then return nil end
  local job = {}
  for i = 1, #flat, 2 do job[flat[i]] = flat[i + 1] end
  for _, field in ipairs({ 'attempt', 'tries', 'revision', 'number' }) do
    job[field] = tonumber(job[field])
  end
  return job
end

local function put(set, score, name, isIn)
  if isIn then redis.call('ZADD', at(set), score, name) else redis.call('ZREM', at(set), name) end
end

local function keep(job, before)
  local name = job.account .. '/' .. job.id
  local flat = {}
  for field, value in pairs(job) do
    flat[#flat + 1] = field
    flat[#flat + 1] = value
  end
  redis.call('HSET', at('job', name), unpack(flat))
  if before ~= job.state then
    if before then
      for _, set in ipairs(setsOf({ account = job.account, state = before })) do
        redis.call('ZREM', set, name)
      end
    end
    for _, set in ipairs(setsOf(job)) do redis.call('ZADD', set, job.number, name) end
    put('owed', job.number, name, job.state == 'queued')
    if job.state ~= 'queued' then put('handed', 0, name, false) end
  end
  put('leases', job.leaseUntil, name, job.state == 'running')
  put('over', job.changedAt, name, OVER[job.state])
  return job
end

local function change(job, with)
  local before = job.state
  for field, value in pairs(with) do job[field] = value end
  job.revision = job.revision + 1
  job.changedAt = a.now
  return keep(job, before)
end

local function told(job) return job and cjson.encode(job) end

-- Of this claim; another job of the same name has another number.
local function claimed()
  local job = find(a.name)
  if job and job.number == a.number and job.attempt == a.attempt then return job end
end

local function held()
  local job = claimed()
  if job and job.state == 'running' then return job end
end

local ops = {}

function ops.submit()
  local job = find(a.name)
  if job then return { told(job), 0 } end
  job = keep({
    account = a.account, id = a.id, spec = a.spec, state = 'queued', attempt = 0, tries = 0,
    revision = 0, number = redis.call('INCR', at('count')), createdAt = a.now, changedAt = a.now,
    leaseUntil = 0, progress = '', result = '', failure = '', token = '',
  })
  return { told(job), 1 }
end

-- Leases that ran out end; waiting jobs without a ticket are told, and count as handed one.
function ops.owed()
  local late = redis.call('ZRANGEBYSCORE', at('leases'), '-inf', '(' .. a.now, 'LIMIT', 0, a.limit)
  for _, name in ipairs(late) do
    local job = find(name)
    if job.tries >= a.triesMost then
      change(job, { state = 'failed', failure = a.died })
    else
      change(job, { state = 'queued', progress = '' })
    end
  end
  local lost = redis.call('ZRANGEBYSCORE', at('handed'), '-inf', '(' .. a.now, 'LIMIT', 0, a.limit)
  for _, name in ipairs(lost) do
    put('handed', 0, name, false)
    put('owed', find(name).number, name, true)
  end
  local owed = {}
  for i, name in ipairs(redis.call('ZRANGE', at('owed'), 0, a.limit - 1)) do
    local job = find(name)
    put('owed', 0, name, false)
    put('handed', a.now + a.ticketMs, name, true)
    owed[i] = cjson.encode({ name = name, number = job.number, attempt = job.attempt })
  end
  return owed
end

-- Asked again with the same token, because the answer was lost, it is the same claim.
function ops.take()
  local job = find(a.name)
  if not job then return false end
  if job.state == 'running' and job.token == a.token then return told(job) end
  local isLate = job.state == 'running' and tonumber(job.leaseUntil) < a.now and job.tries < a.triesMost
  if job.state ~= 'queued' and not isLate then return false end
  return told(change(job, {
    state = 'running', attempt = job.attempt + 1, tries = job.tries + 1, progress = '',
    leaseUntil = a.now + a.leaseMs, token = a.token,
  }))
end

function ops.heartbeat()
  local job = held()
  if not job then return 0 end
  change(job, { leaseUntil = a.now + a.leaseMs, progress = a.progress or job.progress })
  return 1
end

-- Told again, because the answer was lost, it is still so.
function ops.settle()
  local job = held()
  if job then
    if a.with.state == 'queued' then a.with.tries = job.tries - 1 end
    change(job, a.with)
    return 1
  end
  job = claimed()
  local isSaid = job and job.state == a.with.state
  if isSaid and job.state == 'done' and job.result == a.with.result then return 1 end
  return 0
end

function ops.alter()
  local job = find(a.name)
  if not job then return false end
  for _, state in ipairs(a.from) do
    if job.state == state then return told(change(job, a.with)) end
  end
  return told(job)
end

function ops.erase()
  local job = find(a.name)
  if not job then return false end
  redis.call('DEL', at('job', a.name))
  for _, set in ipairs(setsOf(job)) do redis.call('ZREM', set, a.name) end
  for _, set in ipairs({ 'owed', 'handed', 'leases', 'over' }) do redis.call('ZREM', at(set), a.name) end
  return told(job)
end

function ops.expire()
  local gone = {}
  local names = redis.call('ZRANGEBYSCORE', at('over'), '-inf', '(' .. a.before, 'LIMIT', 0, a.limit)
  for i, name in ipairs(names) do
    gone[i] = told(change(find(name), { state = 'expired', result = '', progress = '' }))
  end
  return gone
end

function ops.get() return told(find(a.name) or false) end

function ops.list()
  local set = at('jobs')
  if a.account and a.state then set = at('jobs', 'both', a.account, a.state)
  elseif a.account then set = at('jobs', 'account', a.account)
  elseif a.state then set = at('jobs', 'state', a.state) end
  local most = '+inf'
  if a.before then
    local number = redis.call('HGET', at('job', (a.account or '') .. '/' .. a.before), 'number')
    if not number then return {} end
    most = '(' .. number
  end
  local jobs = {}
  for i, name in ipairs(redis.call('ZREVRANGEBYSCORE', set, most, '-inf', 'LIMIT', 0, a.limit)) do
    jobs[i] = told(find(name))
  end
  return jobs
end

function ops.counts()
  local counts = {}
  for i, state in ipairs(a.states) do counts[i] = redis.call('ZCARD', at('jobs', 'state', state)) end
  return counts
end

return ops[op]()
`;
