-- Appends commands to the log, if the node still has its lease and knows the epoch.
-- KEYS: state, nodes, log. ARGV: epoch, node, most entries to keep, then number and command of each request.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local state = redis.call('HMGET', KEYS[1], 'epoch', 'rev', 'time')
if state[1] ~= ARGV[1] then return {'epoch'} end
local lease = redis.call('ZSCORE', KEYS[2], ARGV[2])
if not lease then return {'fenced'} end
if tonumber(lease) < now then return {'late'} end
if tonumber(state[3]) > now then now = tonumber(state[3]) end
local rev = tonumber(state[2])
for i = 4, #ARGV, 2 do
  rev = rev + 1
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[3], string.format('%d-0', rev),
    'n', ARGV[2], 't', string.format('%d', now), 'q', ARGV[i], 'c', ARGV[i + 1])
end
redis.call('HSET', KEYS[1], 'rev', string.format('%d', rev), 'time', string.format('%d', now))
return {'ok'}
