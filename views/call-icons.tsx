/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { FC } from 'hono/jsx'

const paths = {
  microphone: [
    'M12 15a4 4 0 0 0 4-4V6a4 4 0 0 0-8 0v5a4 4 0 0 0 4 4Z',
    'M5 11a7 7 0 0 0 14 0',
    'M12 18v4',
  ],
  camera: [
    'M4 6h9a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2Z',
    'm15 11 6-4v10l-6-4',
  ],
  screen: [
    'M4 4h16a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2Z',
    'M8 21h8',
    'M12 13V8',
    'm9 10 3-3 3 3',
  ],
  chat: ['M21 12a8 8 0 0 1-8 8H4l1.8-3.6A8 8 0 1 1 21 12Z', 'M9 10.5h7', 'M9 14h4'],
  phone: [
    'M5 3h4l2 5-2.5 2a12 12 0 0 0 5.5 5.5l2-2.5 5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 5a2 2 0 0 1 2-2Z',
  ],
  hangUp: [
    'M12 8.5c-3.4 0-6.6.9-9.3 2.8a1.7 1.7 0 0 0-.5 2.2l1.3 2.2c.4.7 1.2 1 2 .7l2.7-1c.7-.3 1.1-.9 1.1-1.6v-1.9a12 12 0 0 1 5.4 0v1.9c0 .7.4 1.3 1.1 1.6l2.7 1c.8.3 1.6 0 2-.7l1.3-2.2a1.7 1.7 0 0 0-.5-2.2A16.5 16.5 0 0 0 12 8.5Z',
  ],
  devices: [
    'M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z',
    'M19.4 13.5a7.6 7.6 0 0 0 0-3l2-1.6-2-3.4-2.4.9a7.6 7.6 0 0 0-2.6-1.5L14 2.5h-4l-.4 2.4A7.6 7.6 0 0 0 7 6.4l-2.4-.9-2 3.4 2 1.6a7.6 7.6 0 0 0 0 3l-2 1.6 2 3.4 2.4-.9a7.6 7.6 0 0 0 2.6 1.5l.4 2.4h4l.4-2.4a7.6 7.6 0 0 0 2.6-1.5l2.4.9 2-3.4Z',
  ],
  pictureInPicture: [
    'M4 5h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2Z',
    'M12 12h7v4h-7Z',
  ],
  fullScreen: ['M4 9V4h5', 'M20 9V4h-5', 'M4 15v5h5', 'M20 15v5h-5'],
  help: [
    'M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20Z',
    'M9.2 9a3 3 0 0 1 5.8 1c0 2-3 2.5-3 4',
    'M12 17.5v.01',
  ],
  shield: ['M12 2.5 4 5.5v6c0 5 3.4 8.6 8 10 4.6-1.4 8-5 8-10v-6Z', 'm8.5 12 2.5 2.5 4.5-5'],
  bars: ['M4 20v-4', 'M9.3 20v-8', 'M14.6 20V8', 'M20 20V4'],
  flip: [
    'M7 7V6a1 1 0 0 1 1-1h8a1 1 0 0 1 1 1v1h2a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2Z',
    'M8.5 13a3.5 3.5 0 0 1 6-2.5l1 1V9',
    'M15.5 13.5a3.5 3.5 0 0 1-6 2.5l-1-1v2.5',
  ],
  add: ['M10 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z', 'M3 20.5a7 7 0 0 1 14 0', 'M19 7v6', 'M16 10h6'],
  more: ['M5 12h.01', 'M12 12h.01', 'M19 12h.01'],
  close: ['M6 6l12 12', 'M18 6 6 18'],
  speaks: ['M5 10v4', 'M9.7 7v10', 'M14.3 4v16', 'M19 9v6'],
  attach: [
    'm20 11.5-8.5 8.5a5 5 0 0 1-7-7L13 4.5a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.4a1.7 1.7 0 0 1-2.4-2.4L14.5 7.5',
  ],
  send: ['M4 12 20 4l-5 16-3.5-6.5Z'],
} as const

export type IconName = keyof typeof paths

/** Drawn beside words that say the same: nothing to hear. `is-off` shows its slash. */
export const Icon: FC<{ name: IconName; slash?: boolean }> = ({ name, slash = false }) => (
  <svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
    {paths[name].map((d) => (
      <path d={d} />
    ))}
    {slash && <path class="icon__slash" d="M4 3l16 18" />}
  </svg>
)
