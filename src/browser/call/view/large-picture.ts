import { block, button } from '../panels/elements.ts'

/** The buttons that show the call on the full screen, or its main picture in a window of its own. */
export function startLargePicture(mainPicture: () => HTMLVideoElement): void {
  const fullScreen = button('call-full-screen')
  fullScreen.hidden = !document.fullscreenEnabled
  fullScreen.addEventListener('click', () => {
    const done = document.fullscreenElement
      ? document.exitFullscreen()
      : block('call-stage').requestFullscreen()
    done.catch(() => {})
  })
  const ownWindow = button('call-pip')
  ownWindow.hidden = !document.pictureInPictureEnabled
  ownWindow.addEventListener('click', () => {
    const done = document.pictureInPictureElement
      ? document.exitPictureInPicture()
      : mainPicture().requestPictureInPicture()
    done.catch(() => {})
  })
}

export function endLargePicture(): void {
  if (document.fullscreenElement) document.exitFullscreen().catch(() => {})
  if (document.pictureInPictureElement) document.exitPictureInPicture().catch(() => {})
}
