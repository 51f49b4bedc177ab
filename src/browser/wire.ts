import { send } from './connection.ts'
import { onConnection } from './htmx.ts'

/** The registry's protocol as it happens: below a page while it is open there, or on its own page. */

/** Lines that a page keeps; the server keeps fewer. */
const maxLines = 300

/** Whether it was open, for the next page of this tab. */
const openKey = 'encontro-wire'

const panel = document.getElementById('wire')
const list = () => document.getElementById('wire-lines')
let paused = false
/** Whether the last line is in sight: a person that reads above it is not to lose the place. */
let follows = true

const lastNumber = (): number => {
  const last = list()?.lastElementChild
  return last instanceof HTMLElement ? Number(last.dataset.wireNumber) : 0
}

onConnection('after:connection', () => {
  // All lines anew: the connection may be of another session, with numbers of its own.
  if (list()) return void (paused || send({ wire: 0 }))
  // It was open on the page before. By now htmx knows the link.
  if (panel && sessionStorage.getItem(openKey) !== null)
    document.getElementById('wire-link')?.click()
})

document.addEventListener('htmx:after:swap', () => {
  const lines = list()
  if (!lines) return
  if (panel?.hidden && panel.hasChildNodes()) open(panel)
  while (lines.childElementCount > maxLines) lines.firstElementChild?.remove()
  filterLines()
  if (follows) lines.scrollTop = lines.scrollHeight
})

function open(shown: HTMLElement): void {
  shown.hidden = false
  paused = false
  follows = true
  sessionStorage.setItem(openKey, '')
  send({ wire: lastNumber() })
}

function close(shown: HTMLElement): void {
  shown.hidden = true
  shown.replaceChildren()
  sessionStorage.removeItem(openKey)
  send({ wire: false })
  document.getElementById('wire-link')?.focus()
}

document.addEventListener(
  'click',
  ({ target }) => {
    if (!(target instanceof Element)) return
    if (panel && target.closest('[data-wire-close]')) close(panel)
    const pause = target.closest<HTMLElement>('[data-wire-pause]')
    if (pause) pauseOrGoOn(pause)
    const copy = target.closest<HTMLElement>('[data-wire-copy]')
    if (copy) copy.dataset.copy = sessionText()
  },
  // Before the script that copies looks at the button.
  { capture: true },
)

function pauseOrGoOn(button: HTMLElement): void {
  paused = !paused
  const words = button.textContent ?? ''
  button.textContent = button.dataset.wireOther ?? ''
  button.dataset.wireOther = words
  send({ wire: paused ? false : lastNumber() })
}

/** What a terminal would show: the lines of both sides, as far as the filter shows them. */
function sessionText(): string {
  const texts = document.querySelectorAll('.wire__line:not([hidden]) .wire__text')
  return Array.from(texts, ({ textContent }) => `${textContent}\n`).join('')
}

document.addEventListener('input', ({ target }) => {
  if (target instanceof Element && target.id === 'wire-filter') filterLines()
})

function filterLines(): void {
  const field = document.getElementById('wire-filter')
  const wanted = field instanceof HTMLInputElement ? field.value.trim().toLowerCase() : ''
  for (const line of document.querySelectorAll<HTMLElement>('.wire__line')) {
    line.hidden = !line.textContent?.toLowerCase().includes(wanted)
  }
}

document.addEventListener(
  'scroll',
  ({ target }) => {
    const lines = list()
    if (!lines || target !== lines) return
    follows = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 48
  },
  { capture: true, passive: true },
)
