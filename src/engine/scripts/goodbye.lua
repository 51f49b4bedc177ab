-- A node stops: whatever it still has in the directory ends.
-- KEYS: state, nodes. ARGV: prefix, epoch, node.
local state = redis.call('HMGET', KEYS[1], 'epoch', 'rev', 'time')
if state[1] ~= ARGV[2] or redis.call('ZREM', KEYS[2], ARGV[3]) == 0 then return {'fenced'} end
local rev = string.format('%d', tonumber(state[2]) + 1)
redis.call('XADD', ARGV[1] .. 'log:' .. ARGV[2], rev .. '-0',
  'n', ARGV[3], 't', state[3], 'q', '0', 'c', cjson.encode({kind = 'dead', node = ARGV[3]}))
redis.call('HSET', KEYS[1], 'rev', rev)
redis.call('SREM', ARGV[1] .. 'whole', ARGV[3])
redis.call('DEL', ARGV[1] .. 'in:' .. ARGV[3])
return {'ok'}
