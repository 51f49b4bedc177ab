import { all, element } from './elements.ts'
import { keep, kept } from './kept.ts'

/**
 * Keys for what a call's buttons do. Single characters can be switched off: a person that speaks to a computer,
 * or hits keys by accident, sets them off without wanting to (WCAG 2.1.4). Escape stays.
 */
export function listenToShortcuts(
  acts: Readonly<Record<string, () => void>>,
  help: HTMLDialogElement,
): void {
  const dialog = element('call', HTMLDialogElement)
  const box = element('call-shortcuts-on', HTMLInputElement)
  const named = [...all('[aria-keyshortcuts]')].map((target) => ({
    target,
    key: target.getAttribute('aria-keyshortcuts') ?? '',
    title: target.title,
  }))

  function show(): void {
    for (const { target, key, title } of named) {
      if (box.checked) target.setAttribute('aria-keyshortcuts', key)
      else target.removeAttribute('aria-keyshortcuts')
      target.title = box.checked ? title : title.replace(/ \(.\)$/, '')
    }
  }

  box.checked = kept('shortcuts') !== 'off'
  show()
  box.addEventListener('change', () => {
    keep('shortcuts', box.checked ? '' : 'off')
    show()
  })

  document.addEventListener('keydown', (event) => {
    if (!dialog.open || event.repeat || isTyping(event)) return
    if (help.open && event.key !== '?') return
    if (event.key !== 'Escape' && !box.checked) return
    const act = acts[event.key.toLowerCase()]
    if (!act) return
    event.preventDefault()
    act()
  })
}

function isTyping({ target, ctrlKey, altKey, metaKey, key }: KeyboardEvent): boolean {
  if (ctrlKey || altKey || metaKey) return true
  if (key === 'Escape') return false
  const fields = 'input:not([type=checkbox]), textarea, select, [contenteditable]'
  return target instanceof Element && target.matches(fields)
}
