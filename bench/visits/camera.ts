import type { CDPSession } from 'playwright-core'

/** What a window showed from that moment on, in milliseconds by some clock. */
export type Picture = { at: number; jpeg: Buffer }

/**
 * Films a window. A screencast, and no screenshots: Chromium gives a picture where it has drawn one anyway,
 * and draws none more for it: a filmed visit takes as long as others, to 1 %. Moments are since the beginning of 1970.
 */
export async function startCamera(
  session: CDPSession,
  { width, height }: { width: number; height: number },
): Promise<{ stop: () => Promise<Picture[]> }> {
  const pictures: Picture[] = []
  session.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
    // Nothing is thrown where the window has been closed meanwhile: the pictures are there.
    session.send('Page.screencastFrameAck', { sessionId }).catch(() => {})
    const { timestamp } = metadata
    if (timestamp === undefined) throw new Error('bug: a picture without its moment')
    pictures.push({ at: timestamp * 1_000, jpeg: Buffer.from(data, 'base64') })
  })
  await session.send('Page.startScreencast', {
    format: 'jpeg',
    quality: 80,
    maxWidth: width,
    maxHeight: height,
  })
  return {
    async stop() {
      await session.send('Page.stopScreencast')
      return pictures
    },
  }
}

/** All by the same clock. */
type Moments = { askedAt: number; loadedAt: number; pressedAt: number; liveAt: number }

/**
 * The pictures of a visit until its list was live, by a clock that begins when the form was asked for, and stands
 * still from its `load` until the press: typing is left out.
 */
export function withoutTyping(
  pictures: readonly Picture[],
  { askedAt, loadedAt, pressedAt, liveAt }: Moments,
): Picture[] {
  return pictures
    .filter(({ at }) => at <= liveAt)
    .map(({ at, jpeg }) => {
      const pausedMs = Math.max(0, Math.min(at, pressedAt) - loadedAt)
      return { at: at - askedAt - pausedMs, jpeg }
    })
}
