import { Enums, Models, Serialize, SPDX, Spec } from '@cyclonedx/cyclonedx-library'
import { PackageURL } from 'packageurl-js'
import type { Library, librariesIn } from './libraries.ts'
import { bunVersion, type Platform } from './platforms.ts'
import type { Source } from './source.ts'

const { Component } = Models

/**
 * What is in the executables, as a bill of materials in CycloneDX 1.6 (JSON): the libraries, and Bun for each
 * platform, all with their sums. The same release has the same text.
 */
export function inventory(
  { version, commit, madeAt }: Source,
  { all, own }: ReturnType<typeof librariesIn>,
  platforms: readonly Platform[],
): string {
  const program = new Component(Enums.ComponentType.Application, 'encontro', {
    bomRef: 'encontro',
    version,
    licenses: new Models.LicenseRepository([licenseOf('MIT')]),
    properties: new Models.PropertyRepository([new Models.Property('encontro:commit', commit)]),
  })
  const libraries = new Map(
    [...all].map(([place, library]) => [place, componentOf(place, library)] as const),
  )
  for (const [place, component] of libraries) {
    for (const needed of all.get(place)?.needs ?? []) link(component, libraries.get(needed))
  }
  for (const place of own) link(program, libraries.get(place))
  const runtimes = platforms.map(runtimeOf)
  for (const runtime of runtimes) link(program, runtime)
  const bom = new Models.Bom({
    metadata: new Models.Metadata({ component: program, timestamp: new Date(madeAt * 1000) }),
    components: new Models.ComponentRepository([...libraries.values(), ...runtimes]),
  })
  const normalizer = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6)
  const text = new Serialize.JsonSerializer(normalizer).serialize(bom, {
    sortLists: true,
    space: 2,
  })
  return `${text}\n`
}

function componentOf(place: string, library: Library): Models.Component {
  return new Component(Enums.ComponentType.Library, nameIn(library.name), {
    bomRef: `library:${place}`,
    ...packageOf(library.name, library.version, library.sha512),
    licenses: new Models.LicenseRepository([licenseOf(library.license)]),
  })
}

/** Of one license by its id, or of several with words between. */
const licenseOf = (text: string): Models.License =>
  SPDX.isSupportedSpdxId(text) ? new Models.SpdxLicense(text) : new Models.LicenseExpression(text)

function runtimeOf({ name, runtime, integrity }: Platform): Models.Component {
  const sha512 = Buffer.from(integrity, 'base64').toString('hex')
  return new Component(Enums.ComponentType.Platform, nameIn(runtime), {
    bomRef: `runtime:${name}`,
    ...packageOf(runtime, bunVersion, sha512),
    description: `In the executable for ${name}`,
    licenses: new Models.LicenseRepository([
      new Models.NamedLicense('MIT, with parts under other licenses', { url: bunLicense }),
    ]),
  })
}

export const bunLicense = `https://github.com/oven-sh/bun/blob/bun-v${bunVersion}/LICENSE.md`

function packageOf(name: string, version: string, sha512: string) {
  const scope = name.includes('/') ? name.split('/')[0] : undefined
  return {
    ...(scope && { group: scope }),
    version,
    purl: new PackageURL('npm', scope, nameIn(name), version).toString(),
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-512'], sha512]]),
  }
}

/** Without the scope. */
const nameIn = (name: string): string => name.slice(name.indexOf('/') + 1)

function link(from: Models.Component, to: Models.Component | undefined): void {
  if (to) from.dependencies.add(to.bomRef)
}
