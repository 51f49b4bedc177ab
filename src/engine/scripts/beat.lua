-- Renews a node's lease, takes out the nodes whose lease is over, and ends the time to recover.
-- KEYS: state, nodes. ARGV: prefix, epoch, node, lease, how long an inbox outlives its node's last beat, 1 if it
-- has the whole state.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local prefix, epoch, node, lease = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local server = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
local state = redis.call('HMGET', KEYS[1], 'epoch', 'rev', 'time', 'server', 'recover', 'beat')
if state[1] ~= epoch or state[4] ~= server then return {'epoch'} end
if not redis.call('ZSCORE', KEYS[2], node) then return {'fenced'} end
if tonumber(state[3]) > now then now = tonumber(state[3]) end
local rev, recover = tonumber(state[2]), tonumber(state[5])

local function append(command)
  rev = rev + 1
  redis.call('XADD', prefix .. 'log:' .. epoch, string.format('%d-0', rev),
    'n', node, 't', string.format('%d', now), 'q', '0', 'c', command)
end

-- Nobody could renew anything while the engine was away: nobody is dead for that.
if now - tonumber(state[6]) > lease / 2 then
  for _, other in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
    redis.call('ZADD', KEYS[2], 'GT', string.format('%d', now + lease), other)
  end
end
redis.call('ZADD', KEYS[2], string.format('%d', now + lease), node)
if ARGV[6] == '1' then redis.call('SADD', prefix .. 'whole', node) end
for _, other in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', string.format('(%d', now))) do
  redis.call('ZREM', KEYS[2], other)
  redis.call('SREM', prefix .. 'whole', other)
  redis.call('DEL', prefix .. 'in:' .. other)
  append(cjson.encode({kind = 'dead', node = other}))
end
if recover > 0 and now >= recover then
  append('{"kind":"recovered"}')
  redis.call('HSET', KEYS[1], 'recover', '0')
end
-- It is gone where the engine slept for longer than that.
if redis.call('PEXPIRE', prefix .. 'in:' .. node, ARGV[5]) == 0 then
  redis.call('XADD', prefix .. 'in:' .. node, '*', 'm', '')
end
redis.call('HSET', KEYS[1], 'rev', string.format('%d', rev), 'time', string.format('%d', now),
  'beat', string.format('%d', now))
return {'ok', string.format('%d', rev), string.format('%d', now)}
