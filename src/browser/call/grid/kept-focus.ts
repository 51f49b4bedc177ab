import { block } from '../panels/elements.ts'

/**
 * A change on the stage: a tile that goes, or whose button is not needed any more, does not take the focus
 * with it. That goes to another tile, or to the call itself: not to a button that the next key would press.
 */
export function keepFocus(stage: HTMLElement, change: () => void): void {
  const { activeElement: before } = document
  const isHere = before !== null && stage.contains(before)
  change()
  if (!isHere || (before.isConnected && before.checkVisibility())) return
  const buttons = [...stage.querySelectorAll<HTMLElement>('[data-tile="enlarge"]')]
  const next = buttons.find((each) => each.checkVisibility()) ?? block('call-stage')
  next.focus()
}
