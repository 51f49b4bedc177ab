/** What a page in this language loads to make and take calls; of the words of calls, those alone. */
import { callEn } from '../../text/call-en.ts'
import type { LateCalls } from './call-page.ts'
import { startCalls } from './call-page.ts'

export const start: LateCalls['start'] = (page) => startCalls(callEn, page)
