/** Puts moments, which the server wrote in its own time, into the reader's zone and way of writing. */
function localise(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLTimeElement>('time:not([data-local])')) {
    element.dataset.local = ''
    const moment = new Date(element.dateTime)
    const today = moment.toDateString() === new Date().toDateString()
    const style: Intl.DateTimeFormatOptions =
      today && element.dataset.withDate === undefined
        ? { timeStyle: element.dataset.withSeconds === undefined ? 'short' : 'medium' }
        : { dateStyle: 'short', timeStyle: 'short' }
    element.textContent = moment.toLocaleString(readersLocale(), style)
  }
}

/**
 * The page's language is one of ours, and no country's: `en` alone would be American. What the
 * browser prefers in that language says how its person writes dates; without one, what it prefers at all.
 */
function readersLocale(): string {
  const [language] = document.documentElement.lang.split('-')
  const wanted = navigator.languages.find((each) => each.split('-')[0] === language)
  return wanted ?? navigator.language
}

/** It is new, or it was morphed into what the server sent, which bears no mark of ours. */
function isServersOwn({ addedNodes, target }: MutationRecord): boolean {
  if (addedNodes.length > 0) return true
  return target instanceof HTMLTimeElement && target.dataset.local === undefined
}

localise(document)
new MutationObserver((changes) => {
  if (changes.some(isServersOwn)) localise(document)
}).observe(document.body, { childList: true, subtree: true, attributeFilter: ['data-local'] })
