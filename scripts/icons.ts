/**
 * Draws the icons of an installed page from `public/icon.svg`, with the system's Chromium: `bun scripts/icons.ts`.
 * They are kept in `public`, since a build has no browser.
 */
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const folder = join(import.meta.dir, '..', 'public')
const svg = await Bun.file(join(folder, 'icon.svg')).text()

/**
 * `part` is how much of the width the drawing takes. What a system cuts to its own shape has paper behind it, and
 * all that matters in the inner four fifths (Web Application Manifest, section 1.9.5).
 */
const icons = [
  { name: 'icon-192.png', size: 192, part: 1, paper: false },
  { name: 'icon-512.png', size: 512, part: 1, paper: false },
  { name: 'icon-maskable.png', size: 512, part: 0.66, paper: true },
  // Apple's systems fill what is transparent with black.
  { name: 'apple-touch-icon.png', size: 180, part: 0.78, paper: true },
]

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium' })
for (const { name, size, part, paper } of icons) {
  const page = await browser.newPage({ viewport: { width: size, height: size } })
  const style = `margin: 0; display: grid; place-items: center; height: 100vh; ${paper ? 'background: #f9f7f1' : ''}`
  await page.setContent(`<body style="${style}">${svg}</body>`)
  await page.addStyleTag({ content: `svg { width: ${part * 100}vw; height: ${part * 100}vw }` })
  await page.screenshot({ path: join(folder, name), omitBackground: !paper })
  await page.close()
}
await browser.close()
