import { block, button, showTracks } from '../panels/elements.ts'
import { useSpeaker } from './device-panel.ts'

export type RemoteMedia = {
  play: (picture: HTMLVideoElement, stream: MediaStream) => void
  stop: (picture: HTMLVideoElement) => void
}

/**
 * Sound and picture of the others. A call begins with a click on this page, which lets it sound in most
 * browsers; some want a click for each sound, and get a button for all that wait.
 */
export function createRemoteMedia(): RemoteMedia {
  const start = button('call-start-media')
  const waiting = new Set<HTMLVideoElement>()

  function setWaiting(picture: HTMLVideoElement, waits: boolean): void {
    if (waits) waiting.add(picture)
    else waiting.delete(picture)
    const hadFocus = document.activeElement === start
    start.hidden = waiting.size === 0
    if (hadFocus && start.hidden) block('call-stage').focus()
  }

  function play(picture: HTMLVideoElement): void {
    picture.play().catch((error: unknown) => {
      // Anything else is an interruption by the next stream, or the end of the call.
      const isRefused = error instanceof DOMException && error.name === 'NotAllowedError'
      setWaiting(picture, isRefused && picture.srcObject !== null)
    })
  }

  start.addEventListener('click', () => {
    for (const picture of waiting) play(picture)
  })
  // It does not bubble.
  block('call-pictures').addEventListener(
    'playing',
    ({ target }) => target instanceof HTMLVideoElement && setWaiting(target, false),
    true,
  )
  return {
    play(picture, stream) {
      picture.srcObject = stream
      play(picture)
      useSpeaker()
    },
    stop(picture) {
      setWaiting(picture, false)
      showTracks(picture)
    },
  }
}
