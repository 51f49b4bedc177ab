import { expect, test } from 'bun:test'
import { registerCommand } from '../src/register-command.ts'

test.each([
  {
    to: { ip: '192.0.2.7', port: 3001 },
    line: '(echo register,Bia,5002; cat) | nc 192.0.2.7 3001',
  },
  {
    to: { ip: '2001:db8::7', port: 3001, tls: false, code: true },
    line: '(echo auth,CODE; echo register,Bia,5002; cat) | nc 2001:db8::7 3001',
  },
  {
    to: { ip: '192.0.2.7', port: 3443, tls: true },
    line: '(echo register,Bia,5002; cat) | openssl s_client -quiet -connect 192.0.2.7:3443',
  },
  {
    to: { ip: '2001:db8::7', port: 3443, tls: true, code: true },
    line: '(echo auth,CODE; echo register,Bia,5002; cat) | openssl s_client -quiet -connect [2001:db8::7]:3443',
  },
])('the command is $line', ({ to, line }) => {
  expect(registerCommand(to, 'CODE')).toBe(line)
})
