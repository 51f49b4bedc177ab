import type { RejoinReason } from './rejoin-reason.ts'

/** What is logged of the engine by which several processes share one directory. */
export const engineLinesPt = {
  'engine.joined': (e: { node: string; nodes: number; registrations: number }) =>
    `Diretório comum: ${e.node} é um de ${e.nodes}, com ${e.registrations} registrados`,
  'engine.waiting': (e: { why: string }) => `À espera do motor comum: ${e.why}`,
  'engine.away': (e: { why: string }) =>
    `O motor comum não responde (${e.why}): ninguém se registra nem liga até que volte`,
  'engine.back': (_: object) => 'O motor comum voltou',
  'engine.anew': (e: { why: RejoinReason }) => `Este nó entra de novo: ${whyPt[e.why]}`,
  'engine.recovered': (e: { registrations: number }) =>
    `Diretório comum refeito, com ${e.registrations} registrados`,
  'engine.draining': (e: { seconds: number }) =>
    `Este nó vai parar: quem chega é mandado a outro por ${e.seconds} s`,
}

const whyPt: Record<RejoinReason, string> = {
  start: 'início',
  epoch: 'o motor perdeu a memória, ou é outro',
  fenced: 'os outros o deram por parado',
  gap: 'faltou um pedaço do registro de mudanças',
  behind: 'a leitura das mudanças parou',
  'no-state': 'nenhum outro contou o estado',
}

export const engineLinesEn: typeof engineLinesPt = {
  'engine.joined': (e) =>
    `Common directory: ${e.node} is one of ${e.nodes}, with ${e.registrations} registered`,
  'engine.waiting': (e) => `Waiting for the common engine: ${e.why}`,
  'engine.away': (e) =>
    `The common engine does not answer (${e.why}): nobody registers or calls until it is back`,
  'engine.back': () => 'The common engine is back',
  'engine.anew': (e) => `This node joins anew: ${whyEn[e.why]}`,
  'engine.recovered': (e) => `Common directory made anew, with ${e.registrations} registered`,
  'engine.draining': (e) =>
    `This node is going to stop: newcomers are sent to others for ${e.seconds} s`,
}

const whyEn: Record<RejoinReason, string> = {
  start: 'start',
  epoch: 'the engine has lost its memory, or is another one',
  fenced: 'the others took it for stopped',
  gap: 'a piece of the log of changes was missing',
  behind: 'the reading of changes had stopped',
  'no-state': 'no other node told the state',
}
