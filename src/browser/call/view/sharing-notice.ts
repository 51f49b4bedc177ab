import type { CallText } from '../../../text/call-pt.ts'
import type { LocalMedia } from '../devices/local-media.ts'
import { block, button, say, sayWithName } from '../panels/elements.ts'

/** Says to both ends who shows a screen, for as long as it is shown; with a button to stop one's own. */
export function createSharingNotice(t: CallText, local: LocalMedia) {
  const stop = button('call-share-stop')
  stop.addEventListener('click', () => {
    void local.toggleSharing()
    button('call-mute').focus()
  })
  return {
    own(sharing: boolean): void {
      say(block('call-you-share'), sharing ? t.youShare : '')
      stop.hidden = !sharing
    },
    theirs(name: string | undefined): void {
      const target = block('call-they-share')
      if (name === undefined) say(target, '')
      else sayWithName(target, t.theyShare, name)
    },
  }
}
