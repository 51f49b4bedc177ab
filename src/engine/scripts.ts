import { type Script, script } from './client/script.ts'
import append from './scripts/append.lua' with { type: 'text' }
import beat from './scripts/beat.lua' with { type: 'text' }
import goodbye from './scripts/goodbye.lua' with { type: 'text' }
import hello from './scripts/hello.lua' with { type: 'text' }

export const scripts = {
  append: script(append),
  beat: script(beat),
  goodbye: script(goodbye),
  hello: script(hello),
} satisfies Record<string, Script>
