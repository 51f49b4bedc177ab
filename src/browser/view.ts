import { isOpen, send } from './connection.ts'
import { onConnection } from './htmx.ts'

/**
 * What this tab looks at. While its connection is open it is said there, and what changes comes by
 * itself. Where there is none, htmx asks for the list over HTTP, as the page says, and nothing here
 * stands in its way.
 */
document.addEventListener('htmx:config:request', (event) => {
  const { sourceElement, request } = (event as ViewRequest).detail.ctx
  if (!sourceElement.matches('#view, #below *') || !isOpen()) return
  event.preventDefault()
  if (sourceElement.matches('#below :focus')) focusFirstNewRow()
  send(Object.fromEntries(request.body))
  if (sourceElement.matches('#view')) showFirstRow()
})

/** Another filter or order begins at its first row: deep in a long list nobody would see it. */
function showFirstRow(): void {
  const first = document.getElementById('own')
  if (first && first.getBoundingClientRect().top < 0) first.scrollIntoView()
}

/** The button for more rows goes as they come, and the focus on it with it: it moves to the first of them. */
function focusFirstNewRow(): void {
  const last = document.querySelector('#people > :last-child')
  const moveFocus = () => {
    const { activeElement } = document
    if (activeElement?.matches('#below *')) return
    document.removeEventListener('htmx:after:swap', moveFocus)
    if (activeElement !== document.body) return
    last?.nextElementSibling?.querySelector('a')?.focus()
  }
  document.addEventListener('htmx:after:swap', moveFocus)
}

type ViewRequest = CustomEvent<{ ctx: { sourceElement: Element; request: { body: FormData } } }>

/** Tells the server what this tab shows, so that it sends that view whole and then its changes. */
export function sayView(): void {
  const form = document.getElementById('view')
  if (form instanceof HTMLFormElement) send(Object.fromEntries(new FormData(form)))
}

onConnection('after:connection', sayView)
