/** Puts moments, which the server wrote in its own time, into the reader's zone and language. */
function localise(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLTimeElement>('time:not([data-local])')) {
    element.dataset.local = ''
    const moment = new Date(element.dateTime)
    const today = moment.toDateString() === new Date().toDateString()
    const style: Intl.DateTimeFormatOptions =
      today && element.dataset.withDate === undefined
        ? { timeStyle: 'short' }
        : { dateStyle: 'short', timeStyle: 'short' }
    element.textContent = moment.toLocaleString(document.documentElement.lang, style)
  }
}

localise(document)
new MutationObserver((changes) => {
  if (changes.some(({ addedNodes }) => addedNodes.length > 0)) localise(document)
}).observe(document.body, { childList: true, subtree: true })
