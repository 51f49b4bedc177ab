export type SoundLevel = {
  /** Of full scale: 0 is silence. */
  now: () => number
  close: () => void
}

/** How loud that sound is, without anything of it going anywhere. */
export function soundLevelOf(track: MediaStreamTrack): SoundLevel {
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  const samples = new Float32Array(analyser.fftSize)
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser)
  return {
    now() {
      analyser.getFloatTimeDomainData(samples)
      const power = samples.reduce((total, sample) => total + sample * sample, 0)
      return Math.sqrt(power / samples.length)
    },
    close: () => void context.close().catch(() => {}),
  }
}
