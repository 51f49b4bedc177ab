/** Several sounds in one track, since a call has one line for sound. */
export type MixedSound = { track: MediaStreamTrack | undefined; close: () => void }

/** What there is of the tracks, as one. Nothing is mixed where there is one only. */
export function mixSounds(...sounds: (MediaStreamTrack | undefined)[]): MixedSound {
  const tracks = sounds.filter((track) => track !== undefined)
  const [first] = tracks
  if (tracks.length < 2 || typeof AudioContext === 'undefined') {
    return { track: first, close: () => {} }
  }
  const context = new AudioContext()
  const mixed = context.createMediaStreamDestination()
  for (const track of tracks) {
    context.createMediaStreamSource(new MediaStream([track])).connect(mixed)
  }
  const [track] = mixed.stream.getAudioTracks()
  return {
    track,
    close: () => {
      track?.stop()
      context.close().catch(() => {})
    },
  }
}
