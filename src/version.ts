import manifest from '../package.json' with { type: 'json' }

/** The version of this program, as in `package.json`; in the executable, that of its source. */
export const { version } = manifest
