/** What a page in this language loads to make and take calls; of the words of calls, those alone. */
import { callPt } from '../../text/call-pt.ts'
import type { LateCalls } from './call-page.ts'
import { startCalls } from './call-page.ts'

export const start: LateCalls['start'] = (page) => startCalls(callPt, page)
