import { send } from './connection.ts'
import { onConnection } from './htmx.ts'

/** The console: what is typed goes to the registry on a connection of this tab's own. */

const field = document.getElementById('console-field') as HTMLInputElement | null
const mode = document.getElementById('console-mode') as HTMLSelectElement | null

/** Lines that were sent, for the arrow keys; none that tells a secret. */
const history: string[] = []
let place = 0

const maxHistory = 100
const maxLines = 300

function connect(): void {
  if (field) send({ console: { kind: 'open' } })
}

const type = (text: string): boolean => send({ console: { kind: 'type', text } })

onConnection('after:connection', connect)

document.addEventListener('click', ({ target }) => {
  if (!(target instanceof Element)) return
  if (target.id === 'console-anew') connect()
  if (target.id === 'console-end') send({ console: { kind: 'end' } })
})

document.addEventListener('submit', (event) => {
  if (!field || !(event.target instanceof Element) || event.target.id !== 'console-form') return
  event.preventDefault()
  const text = field.value
  if (mode?.value === 'keys') type('\n')
  else if (mode?.value === 'bare') send({ console: { kind: 'bare', text } })
  else type(`${text}\n`)
  remember(text)
  field.value = ''
  field.focus()
})

function remember(text: string): void {
  if (text !== '' && !/^\s*auth\b/i.test(text)) history.push(text)
  if (history.length > maxHistory) history.shift()
  place = history.length
}

// Key by key: what is typed is on its way at once, and nothing of it can be taken back.
field?.addEventListener('beforeinput', (event) => {
  if (mode?.value !== 'keys') return
  // A letter that is made of several keys is sent once it is made.
  if (event.isComposing) return
  if (event.data) type(event.data)
  else if (event.inputType.startsWith('delete')) event.preventDefault()
})

field?.addEventListener('compositionend', ({ data }) => {
  if (mode?.value === 'keys' && data) type(data)
})

field?.addEventListener('keydown', (event) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
  if (!field || step === undefined || mode?.value === 'keys' || event.altKey) return
  const next = place + step
  // Where there is no line, the keys are the browser's: they choose a completion.
  if (history.length === 0 || next < 0 || next > history.length) return
  event.preventDefault()
  place = next
  field.value = history[next] ?? ''
})

document.addEventListener('htmx:after:swap', () => {
  const lines = document.getElementById('console-lines')
  if (!lines) return
  while (lines.childElementCount > maxLines) lines.firstElementChild?.remove()
  lines.scrollTop = lines.scrollHeight
})
