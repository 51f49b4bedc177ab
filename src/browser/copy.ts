/** Copy buttons: `data-copy` is what is copied, `data-copied` what the button then says. */
document.addEventListener('click', async ({ target }) => {
  const button = target instanceof Element ? target.closest<HTMLElement>('[data-copy]') : null
  if (!button) return
  if (!(await copy(button.dataset.copy ?? ''))) return
  const [before, label] = [button.textContent, button.ariaLabel]
  button.textContent = button.dataset.copied ?? before
  // The label would hide from a screen reader what everybody else sees.
  button.ariaLabel = null
  setTimeout(() => {
    button.textContent = before
    button.ariaLabel = label
  }, 2_000)
})

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

/** On a page without TLS browsers have no clipboard, but they still copy what is selected. */
function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea')
  field.value = text
  const host = document.querySelector('dialog[open]') ?? document.body
  host.append(field)
  field.select()
  const copied = document.execCommand('copy')
  field.remove()
  return copied
}
