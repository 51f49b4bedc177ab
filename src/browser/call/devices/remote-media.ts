import { button, showTracks, video } from '../panels/elements.ts'
import { useSpeaker } from './device-panel.ts'

export type RemoteMedia = { play: (stream: MediaStream) => void; stop: () => void }

/**
 * Sound and picture of the other end. A call begins with a click on this page, which lets it sound
 * in most browsers; some want a click for each sound, and get a button.
 */
export function createRemoteMedia(): RemoteMedia {
  const remote = video('call-remote')
  const start = button('call-start-media')

  function play(): void {
    remote.play().catch((error: unknown) => {
      // Anything else is an interruption by the next stream, or the end of the call.
      start.hidden = !(error instanceof DOMException && error.name === 'NotAllowedError')
    })
  }

  start.addEventListener('click', play)
  remote.addEventListener('playing', () => {
    start.hidden = true
  })
  return {
    play(stream) {
      remote.srcObject = stream
      play()
      useSpeaker()
    },
    stop() {
      start.hidden = true
      showTracks(remote)
    },
  }
}
