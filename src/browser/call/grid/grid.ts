import type { CallText } from '../../../text/call-pt.ts'
import type { Shown } from '../connection/channel-message.ts'
import type { LocalMedia } from '../devices/local-media.ts'
import { createRemoteMedia } from '../devices/remote-media.ts'
import { block, say } from '../panels/elements.ts'
import { createSharingNotice } from '../view/sharing-notice.ts'
import { createArrangement } from './arrangement.ts'
import { createChoice } from './choice.ts'
import { comingsOf } from './comings.ts'
import { keepFocus } from './kept-focus.ts'
import type { Member } from './member.ts'
import { createOwnTile } from './own-tile.ts'
import { createOwnVoice } from './own-voice.ts'
import { createTiles } from './tiles.ts'

/** The pictures of a call. What is told of a key that is not among the members is ignored. */
export type Grid = {
  /** Who else is in the call, the oldest first. */
  members: (others: readonly Member[]) => void
  play: (key: string, stream: MediaStream) => void
  shown: (key: string, shown: Shown | undefined) => void
  speaking: (key: string, on: boolean) => void
  /** What this end sends has changed. */
  own: () => void
  /** From a large picture back to the grid; `false` where none is large. */
  back: () => boolean
  /** The picture that is large, or the first. */
  mainPicture: () => HTMLVideoElement
  /** The call is over. */
  end: () => void
}

const ownKey = 'own'

export function createGrid({ t, local }: { t: CallText; local: LocalMedia }): Grid {
  const stage = block('call-pictures')
  const own = createOwnTile(t, local)
  const voice = createOwnVoice(local, (on) => own.root.toggleAttribute('data-speaking', on))
  const tiles = createTiles(t, stage)
  const remote = createRemoteMedia()
  const sharing = createSharingNotice(t, local)
  let choice = createChoice()
  let members: readonly Member[] = []

  const isSeveral = () => members.length > 1
  const large = () => (isSeveral() ? choice.large() : undefined)
  const tilesNow = () => members.map(({ key }) => ({ key, ...tiles.open(key) }))
  const placed = () => [...tilesNow(), { key: ownKey, ...own }]
  const { arrange } = createArrangement({ stage, placed, large })

  function show(): void {
    for (const { key, sharedBy } of tilesNow()) choice.shares(key, sharedBy() !== undefined)
    sharing.theirs(tiles.of(choice.sharer() ?? '')?.sharedBy())
    own.show(isSeveral())
    voice.look(isSeveral())
    arrange()
  }

  function setMembers(next: readonly Member[]): void {
    const keys = new Set(next.map(({ key }) => key))
    for (const { key } of members.filter((each) => !keys.has(each.key))) leave(key)
    members = next
    for (const member of members) tiles.open(member.key).member(member)
    tiles.setFirst(members[0]?.key)
    show()
  }

  function leave(key: string): void {
    choice.gone(key)
    const tile = tiles.of(key)
    if (tile) remote.stop(tile.picture)
    tiles.close(key)
  }

  stage.addEventListener('click', ({ target }) => {
    if (!(target instanceof Element && target.matches('[data-tile="enlarge"]'))) return
    const pressed = placed().find(({ root }) => root.contains(target))
    if (pressed) choice.press(pressed.key)
    arrange()
  })

  return {
    members(others) {
      const news = comingsOf(t, members, others)
      keepFocus(stage, () => setMembers(others))
      if (news.length > 0) say(block('call-say'), news.join('\n'))
    },
    play(key, stream) {
      const tile = tiles.of(key)
      if (tile) remote.play(tile.picture, stream)
    },
    shown(key, shown) {
      tiles.of(key)?.shown(shown)
      show()
    },
    speaking: (key, on) => tiles.of(key)?.root.toggleAttribute('data-speaking', on),
    own() {
      sharing.own(local.sent().shown.sharing)
      show()
    },
    back() {
      if (!isSeveral() || !choice.back()) return false
      arrange()
      return true
    },
    mainPicture() {
      if (large() === ownKey) return own.picture
      return (tiles.of(large() ?? '') ?? tiles.first()).picture
    },
    end() {
      setMembers([])
      // The same words about the next call would not be spoken.
      say(block('call-say'), '')
      choice = createChoice()
    },
  }
}
