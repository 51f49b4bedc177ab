import type { Page } from 'playwright-core'

/** One way in which a page is looked at. `text` is the size of the letters, in per cent. */
export type Look = {
  width: number
  height: number
  text: 100 | 200
  theme: 'light' | 'dark'
}

const sizes = [
  { width: 320, height: 640 },
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
] as const

/** Phones and a desk, with letters as usual and twice as large. */
export const layouts: readonly Omit<Look, 'theme'>[] = sizes.flatMap((size) =>
  ([100, 200] as const).map((text) => ({ ...size, text })),
)

export const themes = ['light', 'dark'] as const

export async function lookAt(page: Page, { width, height, text, theme }: Look): Promise<void> {
  await page.emulateMedia({ colorScheme: theme })
  await page.setViewportSize({ width, height })
  await page.evaluate(`document.documentElement.style.fontSize = '${text}%'`)
}

/**
 * What of the layout a person would call broken, a line each: what is cut off by the window or by its
 * own box, and words that are broken between two letters. A name (`bdi`) may be broken where it is
 * longer than its line; it must show more than one letter.
 */
export const layoutFaults = (page: Page, within: string): Promise<string[]> =>
  page.evaluate<string[]>(`(${findFaults})(${JSON.stringify(within)})`)

// Runs in the page, which the debugger gives it as text.
const findFaults = String.raw`(within) => {
  const root = document.querySelector(within)
  const faults = []
  const nameOf = (element) =>
    element.id ? '#' + element.id : element.tagName.toLowerCase() + '.' + element.className
  const isHidden = (element) =>
    !element.checkVisibility() || element.closest('.visually-hidden') !== null ||
    getComputedStyle(element).clipPath === 'inset(50%)' ||
    element.parentElement !== null && getComputedStyle(element.parentElement).clipPath === 'inset(50%)'
  const scroller = (element) => {
    for (let each = element.parentElement; each; each = each.parentElement) {
      const { overflowY } = getComputedStyle(each)
      if ((overflowY === 'auto' || overflowY === 'scroll') && each.scrollHeight > each.clientHeight) return each
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) faults.push('the page is wider than the window')
  for (const element of [root, ...root.querySelectorAll('*')]) {
    if (isHidden(element) || element.closest('svg') !== null && element.tagName !== 'svg') continue
    const box = element.getBoundingClientRect()
    if (box.width === 0 || box.height === 0) continue
    if (box.left < -0.5 || box.right > innerWidth + 0.5) faults.push(nameOf(element) + ' leaves the window at its side')
    if (element.matches('button, h2, p') && element.closest('dialog') && !scroller(element) && (box.top < -0.5 || box.bottom > innerHeight + 0.5))
      faults.push(nameOf(element) + ' leaves the window above or below')
    const { overflowX } = getComputedStyle(element)
    const isField = element.matches('input, select, video, meter')
    if (!isField && overflowX === 'visible' && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
      faults.push(nameOf(element) + ' is too narrow for what it holds')
  }
  const words = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  for (let node = words.nextNode(); node; node = words.nextNode()) {
    const holder = node.parentElement
    if (!holder || isHidden(holder) || holder.closest('select, code')) continue
    for (const { 0: word, index } of node.data.matchAll(/[\p{L}\p{N}]+/gu)) {
      const range = document.createRange()
      range.setStart(node, index)
      range.setEnd(node, index + word.length)
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)))
      const mayBreak = holder.closest('bdi') !== null && word.length > 8
      if (lines.size > 1 && !mayBreak) faults.push('"' + word + '" is broken')
    }
  }
  for (const name of root.querySelectorAll('bdi')) {
    if (isHidden(name)) continue
    const holder = name.closest('h1, h2, p, span')
    const seen = holder.getBoundingClientRect()
    const range = document.createRange()
    range.setStart(name.firstChild, 0)
    range.setEnd(name.firstChild, Math.min(3, name.firstChild.length))
    const box = range.getBoundingClientRect()
    if (box.right > seen.right + 1 || box.bottom > seen.bottom + 1) faults.push('the name "' + name.textContent + '" is cut')
  }
  return [...new Set(faults)]
}`
