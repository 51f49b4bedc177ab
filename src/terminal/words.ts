import type { OperatorLanguage } from '../host/operator-language.ts'

/** The words around the table. The words of the log are not here: lines come ready. */
export type Words = typeof pt

const pt = {
  registered: (count: number) => `Clientes registrados: ${count}`,
  inCall: '(* em chamada)',
  page: (url: string) => `Página web: ${url}`,
  nobody: 'Ninguém por aqui ainda. Quem se registrar aparece nesta tabela.',
  more: (count: number) => `… e mais ${count}`,
  headings: ['Nome', 'IP', 'Porta', 'Porta de chamada', 'Desde'],
  shortHeadings: ['Nome', 'IP', 'Porta', 'Chamada', 'Desde'],
  date: (year: string, month: string, day: string) => `${day}/${month}/${year}`,
  lost: (count: number) => `… ${count} linhas perdidas: quem lê este registro não acompanha`,
}

const en: Words = {
  registered: (count) => `Registered clients: ${count}`,
  inCall: '(* in a call)',
  page: (url) => `Web page: ${url}`,
  nobody: 'Nobody is here yet. Everybody who registers appears in this table.',
  more: (count) => `… and ${count} more`,
  headings: ['Name', 'IP', 'Port', 'Call port', 'Since'],
  shortHeadings: ['Name', 'IP', 'Port', 'Call', 'Since'],
  date: (year, month, day) => `${year}-${month}-${day}`,
  lost: (count) => `… ${count} lines lost: the reader of this log is too slow`,
}

export const wordsIn: Readonly<Record<OperatorLanguage, Words>> = { pt, en }
