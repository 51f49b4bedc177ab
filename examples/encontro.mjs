// A client of Encontro's registry, to learn from and to build on. The protocol: PROTOCOL.md.
//
//     node encontro.mjs HOST PORT NAME CALL_PORT        (or bun)
//
// It registers, tells who comes and goes, answers every call, and comes back when the connection is lost.

import { connect } from 'node:net'

const QUIET_SECONDS = 30 // of silence before the registry is asked whether it is still there
const FIRST_WAIT_SECONDS = 1
const LONGEST_WAIT_SECONDS = 30

// What passes by itself. After any other refusal of the registration another try is of no use.
const passing = [
  'already-registered',
  'too-fast',
  'connecting-too-fast',
  'too-many-connections',
  'too-many-from-address',
]

const [host, port, name, callPort] = process.argv.slice(2)
if (!callPort) {
  console.error('encontro.mjs HOST PORT NAME CALL_PORT')
  process.exit(1)
}

const say = (line) => console.log(line)

let socket
let waitSeconds = FIRST_WAIT_SECONDS
let leaving = false
// The requests that have no reply yet. Replies come in the order of the requests.
let asked = []

function ask(...fields) {
  asked.push(fields[0])
  socket.write(`${fields.join(',')}\n`)
}

/** One connection, from its beginning to its end, and then the next. */
function stay() {
  socket = connect({ host, port: Number(port) })
  asked = []
  // One read may bring half a line, or forty, or half a letter.
  const decoder = new TextDecoder()
  let waiting = ''
  let connected = false

  socket.on('connect', () => {
    connected = true
    say('connected')
    ask('register', name, callPort)
  })
  socket.on('data', (bytes) => {
    const lines = (waiting + decoder.decode(bytes, { stream: true })).split('\n')
    waiting = lines.pop()
    for (const line of lines) heard(line.split(','))
  })
  socket.setTimeout(QUIET_SECONDS * 1000)
  socket.on('timeout', () => {
    if (!connected || asked.includes('ping'))
      socket.destroy() // It did not answer. It is gone.
    else ask('ping')
  })
  socket.on('error', () => {}) // A reset is an end like any other: `close` follows.
  socket.on('close', () => {
    if (connected) say('disconnected')
    if (leaving) process.exit(0)
    socket = undefined
    // By chance, so that not all clients of a registry come back at the same moment.
    setTimeout(stay, waitSeconds * (500 + Math.random() * 500))
    waitSeconds = Math.min(waitSeconds * 2, LONGEST_WAIT_SECONDS)
  })
}

function heard([kind, ...fields]) {
  if (kind.startsWith('*')) {
    // `watch` has no line of its own: the first of the state answers it.
    if ((kind === '*here' || kind === '*synced') && asked[0] === 'watch') asked.shift()
    pushed(kind, fields)
  } else if (asked.length > 0) replied(asked.shift(), [kind, ...fields])
}

/** What the registry says unasked. Unknown kinds, and further fields, are of later versions: skip them. */
function pushed(kind, fields) {
  const what = kind.slice(1)
  switch (what) {
    case 'here':
    case 'joined':
      return say(`${what}: ${fields[0]} at ${fields[1]}, port ${fields[2]}`)
    case 'synced':
      return say(`synced: ${fields[0]}`)
    case 'left':
    case 'ready':
    case 'busy':
    case 'free':
    case 'missed':
      return say(`${what}: ${fields[0]} at ${fields[1]}`)
    case 'call':
      say(`call from ${fields[1]} at ${fields[2]}`)
      return ask('accept', fields[0])
    case 'signal':
      return say(`signal: ${Buffer.from(fields[1], 'base64url')}`)
    case 'ended':
      return say(`call ended: ${fields[1]}`)
    case 'bye':
      return say(`bye: ${fields[0]}`)
  }
}

/** The reply to the request `verb`. */
function replied(verb, fields) {
  if (fields[0] === 'error') refused(verb, fields[2] ?? 'unknown')
  else if (verb === 'register') {
    waitSeconds = FIRST_WAIT_SECONDS
    say('registered')
    ask('list')
    ask('watch')
    ask('ready')
  } else if (verb === 'list') say(`online: ${fields.join(', ')}`)
  else if (verb === 'ready') say('taking calls')
  else if (verb === 'accept') {
    say('accepted')
    ask('signal', fields[1], Buffer.from('{"text":"Olá!"}').toString('base64url'))
  }
}

/** The text of a refusal is for people. The code is for programs. */
function refused(verb, code) {
  say(`refused: ${verb} ${code}`)
  if (verb !== 'register') return
  if (!passing.includes(code)) process.exit(1)
  socket.destroy() // Once more, after a wait.
}

process.on('SIGINT', () => {
  // The others see at once that it was on purpose. Then the registry closes.
  if (!socket || leaving) process.exit(0)
  leaving = true
  ask('quit')
})

stay()
