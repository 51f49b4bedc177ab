import { keep, kept } from './call/panels/kept.ts'

/**
 * The form leads to another page, where a browser has the focus on nothing. Who has entered goes on at the
 * heading of the list, also with a screen reader. Nobody else does: a page that is loaded again begins at its top.
 */
const key = 'entering'

document.addEventListener('submit', ({ target }) => {
  if (target instanceof Element && target.matches('#sign-in form')) keep(key, 'yes')
})

const heading = document.getElementById('people-title')
if (heading && kept(key)) {
  keep(key, '')
  heading.focus()
}
