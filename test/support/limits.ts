import { readConfig } from '../../src/config/config.ts'

/** The registry's, where nobody has set anything. */
export const defaultLimits = readConfig({}).limits
