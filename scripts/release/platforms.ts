/** A kind of machine that a release has an executable for. */
export type Platform = {
  /** In the name of the executable. */
  name: string
  /** As Bun calls it. */
  target: string
  /** The package that has Bun for it. */
  runtime: string
  /** SHA-512 of that package, in base64, as its registry gives it (`npm view PACKAGE dist.integrity`). */
  integrity: string
}

/** Bun that each executable is made with. Another version needs other sums below. */
export const bunVersion = '1.4.5'

export const platforms: readonly Platform[] = [
  {
    name: 'linux-x64',
    target: 'bun-linux-x64',
    runtime: '@oven/bun-linux-x64',
    integrity:
      'IWX9BELoGHAUtMonkeSaNaZwXzRk+oDw6Mk+HBFXd3KHYIBNBsIGRupMZPcgNoDbJpLu6gAJjIoIVPZtt1aJ1g==',
  },
  {
    name: 'linux-x64-musl',
    target: 'bun-linux-x64-musl',
    runtime: '@oven/bun-linux-x64-musl',
    integrity:
      '10QoW/YfTgnURaGEaHpJCiXjLI2e5iTtfVDaA5JKcyUzaa1cq6cVUY9/Uq5XkYzvtRjHLRe9Oj/lTDIQcxy8HQ==',
  },
  {
    name: 'linux-arm64',
    target: 'bun-linux-arm64',
    runtime: '@oven/bun-linux-aarch64',
    integrity:
      '4BXmsSKnjOrlGWqZV4x/oWa7AVoR+B6lCXddMzOAXBIm3t50eslg9wb66gmtW1AamEQ1l1CDvmmruysEhqOWMg==',
  },
  {
    name: 'linux-arm64-musl',
    target: 'bun-linux-arm64-musl',
    runtime: '@oven/bun-linux-aarch64-musl',
    integrity:
      'XCNc+WvvMAdNNb+OWTogpy+N9wm62fkVeEVLb6how0RZhW5LPi6c7BlkeVCuWps7XjEl2saFpHFa20/1E+PAHg==',
  },
  {
    name: 'macos-x64',
    target: 'bun-darwin-x64',
    runtime: '@oven/bun-darwin-x64',
    integrity:
      'qkLPMGHZM9NI6CeHTWwVezzmlo6cC4Ta7yUAjYIWXS366qQcOlcp75t2uZyiuVRBMPS0h9qE0tCcvCHGaFqjJg==',
  },
  {
    name: 'macos-arm64',
    target: 'bun-darwin-arm64',
    runtime: '@oven/bun-darwin-aarch64',
    integrity:
      '4MIFXHmctH2EhAxLXm2/qxNtv17dFtLJylvaOCsrgq6KSqHTs6eW5YSrJjRbJxYUJaR901fsN8JfZOa+CsWpWQ==',
  },
  {
    name: 'windows-x64',
    target: 'bun-windows-x64',
    runtime: '@oven/bun-windows-x64',
    integrity:
      'FNvply651vcE/GHgNWz6mZvhmkwBuu8Hw54oNzA+CQog+HW+542rXQmZqNHRkFxazD9L3xi+iTtvO3engAgJfw==',
  },
]

export const isWindows = ({ target }: Platform): boolean => target.includes('windows')
