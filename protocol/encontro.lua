-- Encontro's registry protocol (PROTOCOL.md) for Wireshark and tshark, version 3.6 or later:
--
--   tshark -X lua_script:protocol/encontro.lua -i lo -f 'tcp port 3001'
--
-- Or copy this file into Wireshark's folder of personal Lua plugins (Help, About, Folders). Begin to
-- capture before the client connects: its first bytes tell how its messages are cut.
--
-- Useful filters: encontro.request, encontro.push, encontro.code == "busy",
-- encontro.call == "CALL_ID" (all of one call), encontro.name == "ana", encontro.time > 0.1

local encontro = Proto('encontro', 'Encontro registry protocol')

local field = {
  line = ProtoField.string('encontro.line', 'Line', base.UNICODE),
  framing = ProtoField.string('encontro.framing', 'Framing', base.ASCII, 'lines, or bare: a message for each segment'),
  request = ProtoField.string('encontro.request', 'Request'),
  reply = ProtoField.string('encontro.reply', 'Reply to'),
  push = ProtoField.string('encontro.push', 'Push'),
  unknown = ProtoField.string('encontro.unknown', 'Unknown line', base.UNICODE),
  meaning = ProtoField.string('encontro.meaning', 'Meaning', base.UNICODE),
  name = ProtoField.string('encontro.name', 'Name', base.UNICODE),
  ip = ProtoField.string('encontro.ip', 'IP'),
  port = ProtoField.uint16('encontro.port', 'Port of its connection'),
  call_port = ProtoField.uint16('encontro.call_port', 'Call port'),
  audio_port = ProtoField.uint16('encontro.audio_port', 'Audio port'),
  video_port = ProtoField.uint16('encontro.video_port', 'Video port'),
  since = ProtoField.absolute_time('encontro.since', 'Registered since'),
  seconds = ProtoField.uint32('encontro.seconds', 'Seconds'),
  until_time = ProtoField.absolute_time('encontro.until', 'Blocked until'),
  count = ProtoField.uint32('encontro.count', 'Count'),
  call = ProtoField.string('encontro.call', 'Call'),
  kind = ProtoField.string('encontro.kind', 'Kind of calls'),
  with_name = ProtoField.string('encontro.with_name', 'In a call with', base.UNICODE),
  with_ip = ProtoField.string('encontro.with_ip', 'In a call with the IP'),
  was_name = ProtoField.string('encontro.was_name', 'In the place of', base.UNICODE),
  was_ip = ProtoField.string('encontro.was_ip', 'In the place of the IP'),
  reason = ProtoField.string('encontro.reason', 'Reason'),
  code = ProtoField.string('encontro.code', 'Code', base.ASCII, 'of a refusal or a *bye: decide by it'),
  text = ProtoField.string('encontro.text', 'Text', base.UNICODE, 'for people'),
  payload = ProtoField.string('encontro.payload', 'Payload', base.ASCII, 'base64url'),
  signal = ProtoField.string('encontro.signal', 'Signal', base.UNICODE, 'the payload, decoded'),
  version = ProtoField.uint16('encontro.version', 'Version of the protocol'),
  feature = ProtoField.string('encontro.feature', 'Feature'),
  further = ProtoField.string('encontro.further', 'Further field', base.UNICODE, 'of a later version'),
  response_in = ProtoField.framenum('encontro.response_in', 'Reply in', base.NONE, frametype.RESPONSE),
  response_to = ProtoField.framenum('encontro.response_to', 'Request in', base.NONE, frametype.REQUEST),
  time = ProtoField.relative_time('encontro.time', 'Time until the reply'),
}
encontro.fields = field

local expert = {
  refused = ProtoExpert.new('encontro.refused', 'Refused', expert.group.RESPONSE_CODE, expert.severity.NOTE),
  bye = ProtoExpert.new('encontro.bye', 'The registry closes', expert.group.SEQUENCE, expert.severity.NOTE),
}
encontro.experts = expert

-- For each first field: what it means, then the names of the fields behind it. Fields may be missing.
local requests = {
  ['NAME'] = { 'registers', 'ip', 'port', 'call_port' },
  register = { 'registers with the IP of its connection', 'name', 'call_port' },
  list = { 'asks who is registered' },
  details = { 'asks where somebody takes calls', 'name', 'ip' },
  watch = { 'asks for every change' },
  ping = { 'asks whether the registry is there' },
  hello = { 'asks what the registry can do' },
  auth = { 'says a secret' },
  help = { 'asks for the requests' },
  quit = { 'leaves' },
  ready = { 'takes calls from now on', 'kind' },
  call = { 'calls somebody', 'name', 'ip' },
  invite = { 'calls somebody into the call', 'call', 'name', 'ip' },
  accept = { 'takes the call', 'call', 'audio_port', 'video_port' },
  decline = { 'declines the call', 'call' },
  hangup = { 'ends its part in the call, or an invitation', 'call', 'name', 'ip' },
  signal = { 'tells a member something', 'call', 'payload', 'name', 'ip' },
  resume = { 'takes the call up again', 'call', 'name', 'ip' },
  kick = { 'the operator disconnects somebody', 'name', 'ip', 'text', rest = true },
  block = { 'the operator blocks an address', 'ip', 'seconds' },
  unblock = { 'the operator lets an address in again', 'ip' },
  blocked = { 'the operator asks what is blocked' },
  notice = { 'the operator tells everybody something', 'text', rest = true },
}

local pushes = {
  here = { 'is registered', 'name', 'ip', 'call_port', 'since' },
  synced = { 'that was everybody', 'count' },
  joined = { 'has registered', 'name', 'ip', 'call_port', 'since' },
  left = { 'is not registered any more', 'name', 'ip' },
  ready = { 'takes calls', 'name', 'ip' },
  busy = { 'has a call', 'name', 'ip', pairs = true },
  free = { 'has no call any more', 'name', 'ip' },
  call = { 'somebody calls', 'call', 'name', 'ip', 'count', pairs = true },
  accepted = { 'the other end took the call', 'call', 'audio_port', 'video_port' },
  declined = { 'the other end declined', 'call', 'name', 'ip', 'reason' },
  member = { 'is in the call now', 'call', 'name', 'ip' },
  gone = { 'is in the call no more', 'call', 'name', 'ip', 'reason' },
  ended = { 'the call is over', 'call', 'reason' },
  signal = { 'a member tells something', 'call', 'payload', 'name', 'ip' },
  resumed = { 'the call goes on', 'call', 'name', 'ip', 'was_name', 'was_ip' },
  missed = { 'somebody called meanwhile', 'name', 'ip' },
  notice = { 'the operator tells everybody something', 'text', rest = true },
  bye = { 'the registry closes this connection', 'code', 'text', rest = true },
}

-- The fields of a reply, by what was asked. Where there are none the whole reply is one text.
local replies = { details = { 'ip', 'call_port' }, hello = { false, 'version', beyond = 'feature' } }
for _, verb in ipairs { 'NAME', 'register', 'auth', 'ready', 'notice' } do replies[verb] = { false, 'text' } end
for _, verb in ipairs { 'call', 'invite', 'accept', 'decline', 'hangup', 'signal', 'resume' } do
  replies[verb] = { false, 'call', 'name', 'ip' }
end

replies.kick = { false, 'name', 'ip' }
replies.block = { false, 'ip', 'until_time' }
replies.unblock = { false, 'ip' }
replies.blocked = { false, 'count', beyond = 'text' }

-- Fields that are numbers, and the largest.
local numbers = {
  port = 65535, call_port = 65535, audio_port = 65535, video_port = 65535,
  version = 65535,
  count = 2 ^ 32 - 1,
  seconds = 2592000,
  until_time = 253402300799999,
  since = 253402300799999, -- milliseconds, up to the year 9999
}

-- These come unasked, before any reply.
local unasked = { ['too-many-connections'] = true, ['too-many-from-address'] = true, ['connecting-too-fast'] = true,
  ['address-blocked'] = true }

local longest = 1024 * 1024 -- bytes that are gathered for one line

-- What the first pass over a capture found: by connection, and by frame. Later passes only read it.
local connections, frames

function encontro.init()
  connections, frames = {}, {}
end

local function count(text, what)
  return select(2, text:gsub(what, ''))
end

-- The fields of a line, each with its place, white space around it left out.
local function fields_of(text)
  local found, at = {}, 1
  while true do
    local comma = text:find(',', at, true) or #text + 1
    local before, value = text:sub(at, comma - 1):match('^(%s*)(.-)%s*$')
    found[#found + 1] = { at = at - 1 + #before, value = value }
    if comma > #text then return found end
    at = comma + 1
  end
end

-- Which end is the registry's -----------------------------------------------------------------------

local ports = '3001'

local function is_ours(port)
  for first, last in ports:gmatch('(%d+)%-?(%d*)') do
    if port >= tonumber(first) and port <= (tonumber(last) or tonumber(first)) then return true end
  end
  return false
end

local function says_the_registry(text)
  return text:find('^%*') or text:find('^error,') or text:find('^success,') or text:find('^HTTP/1')
end

local function registry_of(pinfo, source, destination, text)
  if is_ours(pinfo.dst_port) then return destination end
  if is_ours(pinfo.src_port) then return source end
  return says_the_registry(text) and source or destination
end

-- How messages are cut ------------------------------------------------------------------------------

-- The first bytes settle it. Three commas and no newline are taken for a first client's registration
-- until the reply shows whether they were: the 50 ms that the registry waits cannot be waited here.
local function settle(connection, from_registry, text)
  local newline = text:find('\n', 1, true)
  if from_registry and connection.framing ~= 'lines' and not connection.settled then
    if newline then
      connection.framing = 'lines'
    elseif #text <= 1024 then
      connection.framing = 'bare'
    end
    connection.settled = connection.framing ~= nil
  elseif not from_registry and not connection.settled then
    if newline then
      -- What was taken for a whole message was the beginning of this line.
      connection.torn = connection.framing == 'bare'
      connection.framing, connection.settled = 'lines', true
    elseif not connection.framing and count(text, ',') == 3 then
      connection.framing = 'bare'
    end
  end
end

-- The messages in these bytes: from, to (behind the last byte), next. Then where the unfinished one begins.
local function cut(text, framing)
  local found, at = {}, 1
  if framing == 'bare' then
    return { { 1, text:match('^.-()\r?\n?$'), #text + 1 } }, #text + 1
  end
  while true do
    local newline = text:find('\n', at, true)
    if not newline then return found, at end
    local stop = text:sub(newline - 1, newline - 1) == '\r' and newline > at and newline - 1 or newline
    found[#found + 1] = { at, stop, newline + 1 }
    at = newline + 1
  end
end

-- What a message is ---------------------------------------------------------------------------------

local operators = { kick = true, block = true, unblock = true, blocked = true, notice = true }

local function request_of(text)
  local parts = fields_of(text)
  local verb = parts[1].value
  -- These came later than names: with other fields each is still one.
  local is_name = verb == 'hello' and #parts > 1
    or verb == 'invite' and not (#parts == 3 or #parts == 4 and parts[2].value:find('^[%w_-]+$') and #parts[2].value == 22)
    or operators[verb] and #parts == 4 and parts[2].value:find('^[%x.:]+$') and parts[3].value:find('^%d+$')
      and parts[4].value:find('^%d+$')
  if requests[verb] and verb ~= 'NAME' and not is_name then return verb end
  return #parts == 4 and 'NAME' or nil
end

local function ask(connection, text, now)
  if connection.torn then
    connection.torn = false
    return { kind = 'rest' }
  end
  local message = { kind = 'request', verb = request_of(text), now = now }
  if not message.verb then message.kind = 'unknown' end
  local parts = fields_of(text)
  if (requests[message.verb] or {})[2] == 'call' and parts[2] then message.call = parts[2].value end
  connection.asked[#connection.asked + 1] = message
  return message
end

-- The oldest request that has no reply.
local function answer(connection, now)
  local asked = connection.asked[connection.first]
  if not asked then return { kind = 'reply' } end
  connection.first = connection.first + 1
  asked.response_in, asked.replied = now.number, now
  return { kind = 'reply', to = asked, now = now }
end

local function hear(connection, text, now)
  local asked = connection.asked[connection.first]
  local first, code = text:match('^([^,]*)'), text:match('^error,[^,]*,([^,]*)')
  if connection.helping and text:sub(1, 1) ~= '*' then
    -- `help` is the only request that is answered by several lines; a full stop ends them.
    if text == '.' then connection.helping = nil end
    return { kind = 'rest' }
  end
  if first:sub(1, 1) == '*' then
    local push = { kind = 'push', verb = first:sub(2) }
    connection.over = push.verb == 'bye'
    if asked and asked.verb == 'watch' and (push.verb == 'here' or push.verb == 'synced') then
      push.to, push.now = answer(connection, now).to, now
    end
    return push
  end
  if unasked[code] then
    connection.over = true
    return { kind = 'reply' }
  end
  -- A first client's registry says nothing unasked but the text of its goodbye, or the rest of a long list.
  if not asked and first ~= 'error' and first ~= 'success' then return { kind = 'unknown' } end
  local reply = answer(connection, now)
  if asked and asked.verb == 'quit' then connection.over = true end
  if asked and asked.verb == 'help' and first ~= 'error' then connection.helping = true end
  local call = asked and replies[asked.verb] and replies[asked.verb][2] == 'call'
  if call and first == 'success' then asked.call = asked.call or fields_of(text)[2].value end
  return reply
end

local function understand(connection, from_registry, text, now)
  local stranger = text:find(' HTTP/%d') or text:find('^\22\3')
  if stranger and not from_registry and #connection.asked == 0 then connection.stranger = true end
  if connection.stranger then return { kind = 'stranger' } end
  return (from_registry and hear or ask)(connection, text, now)
end

-- What is shown -------------------------------------------------------------------------------------

-- The text that a signal carries, if it is a text.
local function decoded(payload)
  if payload == '' or payload:find('[^%w_-]') or #payload % 4 == 1 then return nil end
  local base64 = payload:gsub('-', '+'):gsub('_', '/') .. ('='):rep(-#payload % 4)
  local bytes = ByteArray.new(base64, true):base64_decode()
  return not bytes:raw():find('[%z\1-\8\14-\31]') and bytes or nil
end

local function show_signal(tree, range, payload, pinfo)
  local bytes = decoded(payload)
  if not bytes then return end
  local tvb = bytes:tvb('Signal')
  local item = tree:add_packet_field(field.signal, tvb:range(), ENC_UTF_8)
  item:set_generated()
  if bytes:raw():find('^%s*[%[{].*[%]}]%s*$') then Dissector.get('json'):call(tvb, pinfo, item) end
end

local function show_field(tree, name, range, value, pinfo)
  local most = numbers[name]
  if not most then
    tree:add_packet_field(field[name], range, ENC_UTF_8)
  elseif value:find('^%d+$') and tonumber(value) <= most then
    local number = tonumber(value)
    if name == 'since' or name == 'until_time' then number = NSTime.new(math.floor(number / 1000), number % 1000 * 1000000) end
    tree:add(field[name], range, number)
  end
  if name == 'payload' then show_signal(tree, range, value, pinfo) end
end

local with = { [1] = 'with_name', [0] = 'with_ip' }

-- `names` holds the name of each field; `false` is one that is not shown. Behind them there may be pairs of a
-- name and an IP.
local function show_fields(tree, range, text, names, pinfo)
  local parts = fields_of(text)
  for index, part in ipairs(parts) do
    local name = names[index]
    local place = (index - #names) % 2
    if name == nil and names.pairs and index + place <= #parts then name = with[place] end
    if name == nil then name = names.beyond or 'further' end
    -- The operator's texts have commas, and nothing comes behind them.
    if names.rest and index == #names then
      local value = text:sub(part.at + 1):match('^(.-)%s*$')
      if #value > 0 then show_field(tree, name, range(part.at, #value), value, pinfo) end
      return
    end
    if name and #part.value > 0 then show_field(tree, name, range(part.at, #part.value), part.value, pinfo) end
  end
end

local function generated(tree, which, value)
  if value ~= nil then tree:add(which, value):set_generated() end
end

local function show_answered(tree, message)
  if not message.to then return end
  local took = message.now.seconds - message.to.now.seconds
  generated(tree, field.response_to, message.to.now.number)
  generated(tree, field.time, NSTime.new(math.floor(took), math.floor(took % 1 * 1e9 + 0.5)))
end

local function names_of(known)
  local names = { false, pairs = known.pairs, rest = known.rest }
  for index = 2, #known do names[index] = known[index] end
  return names
end

local show = {}

function show.request(tree, range, text, message, pinfo)
  local verb = message.verb
  local names = names_of(requests[verb])
  if verb == 'NAME' then names[1] = 'name' end
  -- A capture is shown to others: its bytes hold the secret, the columns and the tree do not.
  if verb == 'auth' then names[2] = false end
  generated(tree, field.request, verb == 'NAME' and 'register' or verb)
  generated(tree, field.meaning, requests[verb][1])
  show_fields(tree, range, text, names, pinfo)
  if not names[2] or names[2] ~= 'call' then generated(tree, field.call, message.call) end
  generated(tree, field.response_in, message.response_in)
  return 'Request'
end

function show.reply(tree, range, text, message, pinfo)
  local asked = message.to and message.to.verb
  generated(tree, field.reply, asked == 'NAME' and 'register' or asked or 'unknown')
  show_answered(tree, message)
  local code = text:match('^error,[^,]*,([^,]*)')
  if text:find('^error,') then
    show_fields(tree, range, text, { false, 'text', 'code' }, pinfo)
    generated(tree, field.call, message.to and message.to.call)
    tree:add_proto_expert_info(expert.refused, 'Refused: ' .. (code or 'a first client is told no code'))
    return 'Refusal'
  elseif asked == 'list' then
    for _, part in ipairs(fields_of(text)) do show_field(tree, 'name', range(part.at, #part.value), part.value) end
  elseif replies[asked] then
    show_fields(tree, range, text, replies[asked], pinfo)
  else
    tree:add_packet_field(field.text, range, ENC_UTF_8)
  end
  return 'Reply'
end

function show.push(tree, range, text, message, pinfo)
  local known = pushes[message.verb]
  generated(tree, field.push, message.verb)
  generated(tree, field.meaning, known and known[1])
  show_answered(tree, message)
  show_fields(tree, range, text, known and names_of(known) or { false }, pinfo)
  if message.verb == 'bye' then tree:add_proto_expert_info(expert.bye) end
  return 'Push'
end

function show.rest(tree)
  generated(tree, field.meaning, 'continues the message before')
  return 'Continued'
end

function show.unknown(tree, range, _, message)
  tree:add_packet_field(field.unknown, range, ENC_UTF_8)
  generated(tree, field.response_in, message.response_in)
  return 'Unknown'
end

function show.stranger(tree, range)
  tree:add_packet_field(field.unknown, range, ENC_UTF_8)
  generated(tree, field.meaning, 'HTTP or TLS, which the registry does not speak')
  return 'Stranger'
end

local function show_message(tvb, place, message, framing, pinfo, tree)
  local range = tvb:range(place[1] - 1, place[2] - place[1])
  local text = range:raw()
  local branch = tree:add(encontro, tvb:range(place[1] - 1, place[3] - place[1]))
  local said = message.verb == 'auth' and message.kind == 'request' and 'auth,…' or range:string(ENC_UTF_8)
  if #text > 0 then branch:add(field.line, range, said) end
  generated(branch, field.framing, framing)
  local title = #text > 0 and show[message.kind](branch, range, text, message, pinfo) or 'Empty line'
  if #said > 120 then said = range(0, 120):string(ENC_UTF_8) .. '…' end
  branch:set_text('Encontro, ' .. title:lower() .. ': ' .. said)
  return title .. ' ' .. said
end

-- One segment, or several that together hold whole lines ----------------------------------------------

local function registers(text)
  local verb = request_of(text)
  return verb == 'NAME' or verb == 'register'
end

-- By its addresses: the number that Wireshark gives each connection is not known in every first pass.
local function connection_of(pinfo, text)
  local source = tostring(pinfo.src) .. ' ' .. pinfo.src_port
  local destination = tostring(pinfo.dst) .. ' ' .. pinfo.dst_port
  local id = source < destination and source .. ' ' .. destination or destination .. ' ' .. source
  local known = connections[id]
  -- The same port may serve a client's next connection.
  local anew = known and source ~= known.registry and (known.over or not known.asked[known.first] and registers(text))
  if (anew or not known) and not pinfo.visited then
    known = { registry = registry_of(pinfo, source, destination, text), asked = {}, first = 1 }
    connections[id] = known
  end
  return known, source == known.registry
end

function encontro.dissector(tvb, pinfo, tree)
  local text = tvb:range():raw()
  local connection, from_registry = connection_of(pinfo, text)
  local found = frames[pinfo.number]
  if not found then
    settle(connection, from_registry, text)
    found = { framing = connection.framing }
    frames[pinfo.number] = found
  end
  local places, rest = cut(text, found.framing)
  if rest <= #text then
    if pinfo.can_desegment > 0 and #text - rest < longest then
      pinfo.desegment_offset, pinfo.desegment_len = rest - 1, DESEGMENT_ONE_MORE_SEGMENT
    else
      places[#places + 1] = { rest, #text + 1, #text + 1 }
    end
  end
  local now, said = { number = pinfo.number, seconds = pinfo.rel_ts }, {}
  for index, place in ipairs(places) do
    local line = text:sub(place[1], place[2] - 1)
    found[index] = found[index] or understand(connection, from_registry, line, now)
    said[index] = show_message(tvb, place, found[index], found.framing, pinfo, tree)
  end
  if #said > 0 then
    pinfo.cols.protocol = 'Encontro'
    pinfo.cols.info = table.concat(said, ' | ')
  end
end

-- Where it is used ------------------------------------------------------------------------------------

local tcp_ports = DissectorTable.get('tcp.port')

encontro.prefs.ports = Pref.range('Ports of the registry', ports, 'TCP ports, for example 3001,4000-4010', 65535)
tcp_ports:add(ports, encontro)

function encontro.prefs_changed()
  if encontro.prefs.ports == ports then return end
  if ports ~= '' then tcp_ports:remove(ports, encontro) end
  ports = encontro.prefs.ports
  if ports ~= '' then tcp_ports:add(ports, encontro) end
end

-- On any other port: a connection that begins with a registration.
encontro:register_heuristic('tcp', function(tvb, pinfo, tree)
  local text = tvb:range():raw()
  local ip = text:match('^[^,%c]+,([^,%s]+),%d+,%d+\r?\n?$')
  local claims = ip and (ip:find('^%d+%.%d+%.%d+%.%d+$') or ip:find('^[%x:.]*:[%x:.]*$'))
  if not claims and not text:find('^register,[^,%c]+,%d+\r?\n') then return false end
  pinfo.conversation = encontro
  encontro.dissector(tvb, pinfo, tree)
  return true
end)
