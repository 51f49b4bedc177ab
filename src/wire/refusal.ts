import type { ByeCode, RefusalCode } from './message.ts'

const cannotRegister = (name: string, why: string) => `Falha ao registrar cliente: ${name} - ${why}`

/**
 * Texts of refusals, for people. The first clients print the second field of a refusal, so no text
 * may hold a comma. They know the first four texts word for word: these never change.
 */
export const refusalText: Record<RefusalCode, (name: string) => string> = {
  'already-registered': () => 'Usuário já registrado',
  'call-port-taken': (name) =>
    cannotRegister(name, 'Já existe um usuário com esse IP recebendo chamadas nessa porta'),
  'server-port': (name) =>
    cannotRegister(name, 'Não é possível registrar essa porta porque é a porta do servidor'),
  'same-port': (name) =>
    cannotRegister(name, 'A porta de chamada deve ser diferente da porta de conexão ao servidor'),
  'malformed-request': () => 'Requisição malformada',
  'unknown-request': () => 'Requisição desconhecida',
  'bad-utf8': () => 'A mensagem não é texto UTF-8 válido',
  'bad-name': () => 'Nome inválido',
  'bad-ip': () => 'Endereço IP inválido',
  'bad-port': () => 'Porta inválida: use um número de 1 a 65535',
  'not-your-ip': () => 'O IP informado não é o desta conexão',
  'not-registered': () => 'É preciso se registrar primeiro',
  'registered-here': () => 'Esta conexão já está registrada',
  'unknown-user': () => 'Usuário não encontrado',
  'already-watching': () => 'Esta conexão já acompanha as mudanças',
  'lines-only': () => 'Requisição disponível apenas para mensagens terminadas em nova linha',
  'bad-secret': () => 'Chave de acesso inválida',
  'line-too-long': () => 'Mensagem longa demais',
  'too-many-connections': () => 'O servidor atingiu o limite de conexões',
  'too-many-from-address': () => 'Há conexões demais desse endereço',
  'connecting-too-fast': () => 'Conexões demais em pouco tempo: tente de novo em instantes',
  'too-many-attempts': () => 'Tentativas demais: tente de novo mais tarde',
  'access-code-needed': () => 'É preciso dizer o código de acesso primeiro',
  busy: () => 'Usuário ocupado em outra chamada',
  'not-ready': () => 'Usuário não recebe chamadas por aqui',
  'unknown-call': () => 'Chamada não encontrada',
  'wrong-state': () => 'A chamada não permite isso agora',
  'already-in-call': () => 'Você já está em uma chamada',
  'calling-yourself': () => 'Não é possível ligar para si mesmo',
  'call-full': () => 'A chamada já tem o máximo de participantes',
  'already-invited': () => 'Usuário já convidado para esta chamada',
  'already-member': () => 'Usuário já está nesta chamada',
  'only-two': () => 'Usuário só recebe chamadas de duas pessoas',
  'call-of-two': () => 'Alguém nesta chamada só pode falar com uma pessoa',
  'member-needed': () => 'Diga para qual participante é o sinal',
  'unknown-member': () => 'Participante não encontrado nesta chamada',
  'bad-signal': () => 'Sinal inválido: use base64url',
  'too-fast': () => 'Rápido demais: tente de novo em instantes',
  'operator-only': () => 'Só quem disse a chave de acesso do operador pode pedir isso',
  'bad-text': () => 'Texto inválido: use de 1 a 160 caracteres visíveis',
  'bad-seconds': () => 'Tempo inválido: use de 1 a 2592000 segundos',
  'not-blockable': () => 'Este endereço não pode ser bloqueado',
  'not-blocked': () => 'Este endereço não está bloqueado',
  'too-many-blocked': () => 'Há endereços bloqueados demais',
  'address-blocked': () => 'Este endereço está bloqueado',
  unavailable: () => 'O serviço não pode decidir isso agora: tente de novo em instantes',
}

/** A goodbye with a text of its own. With `disconnected` comes the operator's. */
export type SaidByeCode = Exclude<ByeCode, 'disconnected'>

/** Texts of the goodbye before the registry closes a connection without a `quit`. */
export const byeText: Record<SaidByeCode, string> = {
  shutdown: 'Conexão encerrada',
  'sign-in-timeout': 'Conexão encerrada: o tempo para se registrar acabou',
  'too-fast': 'Conexão encerrada: rápido demais por tempo demais',
  displaced: 'Conexão encerrada: o registro passou para outra conexão',
  'address-blocked': 'Conexão encerrada: este endereço está bloqueado',
  'internal-error': 'Conexão encerrada: erro interno do servidor',
}

export const isRefusalCode = (word: string): word is RefusalCode => Object.hasOwn(refusalText, word)

export const isByeCode = (word: string): word is ByeCode =>
  word === 'disconnected' || Object.hasOwn(byeText, word)
