import { describe, expect, test } from 'bun:test'
import { PeopleBook } from '../../../src/web/book/people-book.ts'
import { ListGroup, pageSize } from '../../../src/web/live/lists/list-group.ts'
import { ListHtml } from '../../../src/web/live/lists/list-html.tsx'
import { Rows } from '../../../src/web/live/lists/rows.tsx'
import { maxTabBytes } from '../../../src/web/live/unread.ts'
import { maxPages } from '../../../views/people.tsx'

/** Of the longest that a name may be, of the character that takes the most room in HTML. */
const longestName = (number: number) => `${number}`.padEnd(64, '"')

describe('the longest list that is sent at once', () => {
  test.each([
    { language: 'pt', partners: 0 },
    { language: 'en', partners: 0 },
    { language: 'pt', partners: 1 },
    { language: 'en', partners: 1 },
    { language: 'pt', partners: 15 },
    { language: 'en', partners: 15 },
  ] as const)(
    'may wait for one tab: $language, all in calls with $partners',
    ({ language, partners }) => {
      const book = new PeopleBook({ change: () => {}, replaced: () => {} })
      book.reopen()
      for (let number = 0; number < maxPages * pageSize; number += 1) {
        const who = {
          name: longestName(number),
          ip: `2001:db8:1234:5678:9abc:def0:1234:${(0x1000 + number).toString(16)}`,
        }
        book.apply({ kind: 'here', ...who, callPort: 60_000, since: 1_700_000_000_000 })
        book.apply({ kind: 'ready', ...who })
        // With others whose names are as long.
        if (partners > 0) {
          book.apply({ kind: 'busy', ...who, with: Array(partners).fill(who) })
        }
      }
      book.apply({ kind: 'synced', count: maxPages * pageSize })
      const view = { filter: '', order: 'name', start: 1, pages: maxPages } as const
      const group = new ListGroup(book, view, language)
      const rows = new Rows()
      while (!rows.prepare(group.shown.rows, language, pageSize));
      const html = new ListHtml(rows)
      const whole = html.whole(group)
      expect(Buffer.byteLength(whole)).toBeGreaterThan(maxPages * pageSize * 64 * '&quot;'.length)
      expect(Buffer.byteLength(whole)).toBeLessThan(maxTabBytes * 0.9)
    },
  )
})
