import { existsSync } from 'node:fs'

export const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

/**
 * Chromium without the windows around its pages, which cost as much as the pages: a call in it takes a
 * third less. It knows no notifications, and tells no page what was allowed before. Debian has it in a
 * package of its own; without it Chromium itself does the same.
 */
const shellPath = '/usr/bin/chromium-headless-shell'
export const pagesOnlyPath =
  process.env.CHROMIUM === undefined && existsSync(shellPath) ? shellPath : executablePath

/**
 * Features that no test needs and that cost processor time in each new window: pages of the browser's
 * own, below the field for the address. The others are what Playwright switches off: of two such
 * lists Chromium takes the last.
 */
const switchedOff = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
]

/** For every Chromium: without them two browsers fill this machine. */
export const leanArguments = ['--disable-gpu', `--disable-features=${switchedOff.join(',')}`]

/** Few pictures a second: most of what a call costs is to code and to draw them. */
export function fakeCameras(count: number): string {
  return `--use-fake-device-for-media-stream=device-count=${count},fps=5`
}

export const callingArguments = [
  ...leanArguments,
  '--allow-loopback-in-peer-connection',
  fakeCameras(1),
  '--use-fake-ui-for-media-stream',
]
