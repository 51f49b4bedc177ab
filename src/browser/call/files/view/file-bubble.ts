import type { CallText } from '../../../../text/call-pt.ts'
import type { TransferRow } from './transfer-row.ts'

export type FileBubble = {
  element: HTMLElement
  add: (row: TransferRow) => void
  /** In place of a row: why one does not get it. */
  note: (line: HTMLElement) => void
  forget: () => void
}

/** One file in the chat: its name and size, and a row for each other member that it goes to or comes from. */
export function createFileBubble(parts: {
  t: CallText
  file: { name: string; size: number }
  own: boolean
}): FileBubble {
  const { t, file } = parts
  const rows: TransferRow[] = []
  const element = document.createElement('div')
  element.className = parts.own ? 'call-file call-chat__own' : 'call-file'
  // Progress is no message. What matters of it is said apart.
  element.setAttribute('aria-live', 'off')
  const head = document.createElement('p')
  head.className = 'call-file__head'
  const name = document.createElement('bdi')
  name.className = 'call-file__name'
  name.textContent = file.name
  head.append(name, ` ${t.files.size(file.size)}`)
  element.append(head)

  return {
    element,
    add(row) {
      rows.push(row)
      element.append(row.element)
    },
    note(line) {
      element.append(line)
    },
    forget() {
      for (const row of rows) row.forget()
    },
  }
}
