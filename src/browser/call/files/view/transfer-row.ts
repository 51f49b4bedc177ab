import type { CallText } from '../../../../text/call-pt.ts'
import { say, sayWithName } from '../../panels/elements.ts'
import type { Kept } from '../destinations/destination.ts'
import type { TransferState } from '../transfer.ts'
import { createFileRate } from './file-rate.ts'

export type TransferRow = {
  element: HTMLElement
  show: (state: TransferState) => void
  isOver: () => boolean
  /** Lets go of a file that this browser keeps. */
  forget: () => void
}

export type TransferRowParts = {
  t: CallText
  direction: 'in' | 'out'
  file: { name: string; size: number }
  /** Told where it may be one of several. */
  who: string | undefined
  /** `undefined` for a file of this end's, and for one that this browser cannot take. */
  accept?: (() => void) | undefined
  stop: () => void
  say: (text: string) => void
  now: () => number
}

/** How often the words of a running file change, in milliseconds. */
const wordsMs = 500
/** A file that takes longer says aloud when half of it is there. */
const longMs = 5_000

/** One file on its way from or to one other member: words, progress, and what may be done. */
export function createTransferRow(parts: TransferRowParts): TransferRow {
  const { t, direction, file, now } = parts
  const element = document.createElement('div')
  element.className = 'call-file__part'
  element.tabIndex = -1
  const words = document.createElement('p')
  const progress = document.createElement('progress')
  progress.max = Math.max(1, file.size)
  progress.ariaLabel = file.name
  progress.hidden = true
  const acts = document.createElement('div')
  acts.className = 'call-file__acts'
  element.append(...whoOf(parts), words, progress, acts)

  const rate = createFileRate(file.size, now)
  const begun = now()
  let drawnAt = Number.NEGATIVE_INFINITY
  let saidHalf = false
  let at: TransferState['at'] | undefined
  let kept: { file: Kept; url: string } | undefined

  /** What can be done, again whenever that is something else. The focus stays here. */
  function offerActs(...shown: HTMLElement[]): void {
    const hadFocus = acts.contains(document.activeElement)
    acts.replaceChildren(...shown)
    acts.hidden = shown.length === 0
    if (hadFocus) (shown[0] ?? element).focus()
  }

  const button = (label: string, act: () => void, kind = 'button--quiet') => {
    const made = actionOf('button', parts, label)
    made.type = 'button'
    made.classList.add(kind)
    made.addEventListener('click', act)
    return made
  }

  function actsOf(state: TransferState): HTMLElement[] {
    if (state.at === 'over') return []
    if (state.at === 'done') return kept ? [saveLink(parts, kept.url)] : []
    const isAsked = direction === 'in' && state.at === 'offered'
    if (!isAsked) return [button(t.files.cancel, parts.stop)]
    const decline = button(t.files.decline, parts.stop)
    return parts.accept
      ? [button(t.files.accept, parts.accept, 'button--main'), decline]
      : [decline]
  }

  function moved(bytes: number): void {
    progress.value = bytes
    const { bytesPerSecond, secondsLeft } = rate.at(bytes)
    if (!saidHalf && bytes * 2 >= file.size && now() - begun >= longMs) {
      saidHalf = true
      parts.say(t.files.half(file.name))
    }
    if (now() - drawnAt < wordsMs) return
    drawnAt = now()
    const percent = Math.floor((bytes / Math.max(1, file.size)) * 100)
    const verb = direction === 'in' ? t.files.receiving : t.files.sending
    const going = verb(percent, t.files.size(bytesPerSecond))
    say(words, secondsLeft === undefined ? going : `${going}, ${t.files.left(secondsLeft)}`)
  }

  function show(state: TransferState): void {
    if (state.at === 'done' && state.kept) {
      kept = { file: state.kept, url: URL.createObjectURL(state.kept.blob) }
      // Accepted is accepted: nobody has to press again.
      saveLink(parts, kept.url).click()
    }
    const isNew = state.at !== at
    at = state.at
    progress.hidden = at !== 'moving'
    if (isNew) offerActs(...actsOf(state))
    if (state.at === 'moving') return moved(state.moved)
    const text = wordsOf(t, direction, state)
    say(words, text)
    if (state.at === 'done' || state.at === 'over') parts.say(t.files.ended(file.name, text))
  }

  return {
    element,
    show,
    isOver: () => at === 'done' || at === 'over',
    forget() {
      if (!kept) return
      URL.revokeObjectURL(kept.url)
      void kept.file.forget()
      kept = undefined
    },
  }
}

function whoOf({ t, direction, who }: TransferRowParts): HTMLElement[] {
  if (who === undefined) return []
  const line = document.createElement('p')
  line.className = 'call-file__who'
  sayWithName(line, direction === 'in' ? t.files.from : t.files.to, who)
  return [line]
}

function actionOf<T extends 'a' | 'button'>(
  tag: T,
  { t, file }: TransferRowParts,
  label: string,
): HTMLElementTagNameMap[T] {
  const made = document.createElement(tag)
  made.className = 'button'
  made.textContent = label
  made.ariaLabel = t.files.ofFile(label, file.name)
  return made
}

function saveLink(parts: TransferRowParts, url: string): HTMLAnchorElement {
  const link = actionOf('a', parts, parts.t.files.save)
  link.classList.add('button--quiet')
  link.href = url
  link.download = parts.file.name
  return link
}

function wordsOf(
  { files: t }: CallText,
  direction: 'in' | 'out',
  state: Exclude<TransferState, { at: 'moving' }>,
): string {
  if (state.at === 'over') return t.over[direction][state.why]
  if (direction === 'out') return { offered: t.asks, waiting: t.waits, done: t.sent }[state.at]
  if (state.at === 'done') return state.kept ? t.handedOver : t.received
  return state.at === 'offered' ? t.offered : t.opening
}
