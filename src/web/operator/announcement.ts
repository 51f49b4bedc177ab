import type { Push } from '../../wire/message.ts'

/** What the operator tells all people: what a watcher's pushes, applied in order, say of it. */
export class Announcement {
  readonly #changed: (text: string) => void
  #text = ''
  /** Of an opening state that is not complete: one without a notice takes the last back. */
  #opening: string | undefined

  constructor(changed: (text: string) => void) {
    this.#changed = changed
  }

  /** Empty where there is nothing to tell. */
  get text(): string {
    return this.#text
  }

  /** A new opening state follows. */
  reopen(): void {
    this.#opening = ''
  }

  apply(push: Push): void {
    if (push.kind === 'notice') {
      if (this.#opening === undefined) this.#set(push.text)
      else this.#opening = push.text
    } else if (push.kind === 'synced' && this.#opening !== undefined) {
      this.#set(this.#opening)
      this.#opening = undefined
    }
  }

  #set(text: string): void {
    if (text === this.#text) return
    this.#text = text
    this.#changed(text)
  }
}
