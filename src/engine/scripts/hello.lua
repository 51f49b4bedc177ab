-- A node joins. Begins a new epoch where the engine has lost its memory, or may have lost some of it.
-- KEYS: state, nodes. ARGV: prefix, node, its name before ('' if none), revision it has applied, epoch it knows,
-- name for a new epoch, 1 to begin one in any case, rules, time to recover, lease, command of joining,
-- how long an inbox outlives its node's last beat.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local prefix, node, before, applied, known = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
local lease = tonumber(ARGV[10])
local server = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
local state = redis.call('HMGET', KEYS[1], 'epoch', 'rev', 'time', 'server', 'rules', 'recover', 'base')
local epoch, rev, rules = state[1], tonumber(state[2] or '0'), state[5]
if state[3] and tonumber(state[3]) > now then now = tonumber(state[3]) end

local function append(by, command)
  rev = rev + 1
  redis.call('XADD', prefix .. 'log:' .. epoch, string.format('%d-0', rev),
    'n', by, 't', string.format('%d', now), 'q', '0', 'c', command)
end

-- Those that could tell the state.
local others = 0
for _, other in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], string.format('%d', now), '+inf')) do
  if other ~= before and other ~= node and redis.call('SISMEMBER', prefix .. 'whole', other) == 1 then
    others = others + 1
  end
end
local mayRemember = redis.call('ZCARD', KEYS[2]) > 0
local same = epoch and state[4] == server and (known ~= epoch or rev >= applied)
local recover, base = tonumber(state[6] or '0'), tonumber(state[7] or '0')
if not same or ARGV[7] == '1' or others == 0 then
  if epoch then redis.call('DEL', prefix .. 'log:' .. epoch) end
  -- Where all nodes have said goodbye, nobody is left that could enter its own again.
  recover = (same and not mayRemember and ARGV[7] ~= '1') and 0 or now + tonumber(ARGV[9])
  epoch, base, rules = ARGV[6], math.max(rev, applied) + 1000000, ARGV[8]
  rev = base
  redis.call('DEL', KEYS[2], prefix .. 'whole')
  redis.call('HSET', KEYS[1], 'epoch', epoch, 'server', server, 'rules', rules,
    'recover', string.format('%d', recover), 'base', string.format('%d', base))
  if recover == 0 then append(node, '{"kind":"recovered"}') end
elseif rules ~= ARGV[8] then
  return {'rules'}
elseif before ~= '' and redis.call('ZREM', KEYS[2], before) == 1 then
  redis.call('SREM', prefix .. 'whole', before)
  append(node, cjson.encode({kind = 'dead', node = before}))
end
redis.call('ZADD', KEYS[2], string.format('%d', now + lease), node)
-- The others write into it where it exists. The number comes before all that they give.
redis.call('XADD', prefix .. 'in:' .. node, '0-1', 'm', '')
redis.call('PEXPIRE', prefix .. 'in:' .. node, ARGV[12])
append(node, ARGV[11])
redis.call('HSET', KEYS[1], 'rev', string.format('%d', rev), 'time', string.format('%d', now),
  'beat', string.format('%d', now))
-- A node that is there from the beginning of an epoch needs nothing from others.
local whole = recover > 0 or rev - base <= 2
if whole then redis.call('SADD', prefix .. 'whole', node) end
return {'ok', epoch, string.format('%d', whole and base or rev), whole and '1' or '0', string.format('%d', now)}
