#!/usr/bin/env python3
"""A client of Encontro's registry, to learn from and to build on. The protocol: PROTOCOL.md.

    python3 encontro.py HOST PORT NAME CALL_PORT

It registers, tells who comes and goes, answers every call, and comes back when the connection is lost.
"""

import base64
import random
import socket
import sys
import time

QUIET_SECONDS = 30  # of silence before the registry is asked whether it is still there
FIRST_WAIT_SECONDS = 1
LONGEST_WAIT_SECONDS = 30

# What passes by itself. After any other refusal of the registration another try is of no use.
PASSING = {'already-registered', 'too-fast', 'connecting-too-fast', 'too-many-connections', 'too-many-from-address'}


def say(*words):
    print(*words, flush=True)


class Connection:
    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), timeout=QUIET_SECONDS)
        # The requests that have no reply yet. Replies come in the order of the requests.
        self.asked = []
        self.registered = False

    def ask(self, *fields):
        self.asked.append(fields[0])
        self.socket.sendall((','.join(fields) + '\n').encode())

    def lines(self):
        """One read may bring half a line, or forty: they are cut at each newline."""
        waiting = b''
        while True:
            try:
                data = self.socket.recv(4096)
            except socket.timeout:
                if 'ping' in self.asked:
                    return  # It did not answer. It is gone.
                self.ask('ping')
                continue
            if not data:
                return
            *whole, waiting = (waiting + data).split(b'\n')
            for line in whole:
                yield line.decode(errors='replace').split(',')


def pushed(connection, kind, fields):
    """What the registry says unasked. Unknown kinds, and further fields, are of later versions: skip them."""
    if kind in ('*here', '*joined'):
        name, ip, call_port = fields[:3]
        say(f'{kind[1:]}: {name} at {ip}, port {call_port}')
    elif kind == '*synced':
        say('synced:', fields[0])
    elif kind in ('*left', '*ready', '*busy', '*free', '*missed'):
        name, ip = fields[:2]
        say(f'{kind[1:]}: {name} at {ip}')
    elif kind == '*call':
        call, name, ip = fields[:3]
        say(f'call from {name} at {ip}')
        connection.ask('accept', call)
    elif kind == '*signal':
        payload = fields[1]
        signal = base64.urlsafe_b64decode(payload + '=' * (-len(payload) % 4))
        say('signal:', signal.decode(errors='replace'))
    elif kind == '*ended':
        say('call ended:', fields[1])
    elif kind == '*bye':
        say('bye:', fields[0])


def replied(connection, asked, fields):
    """The reply to the request `asked`."""
    if fields[0] == 'error':
        # The text is for people. The code is for programs.
        code = fields[2] if len(fields) > 2 else 'unknown'
        say(f'refused: {asked} {code}')
        if asked == 'register':
            if code not in PASSING:
                sys.exit(1)
            raise ConnectionError(code)  # Once more, after a wait.
    elif asked == 'register':
        connection.registered = True
        say('registered')
        connection.ask('list')
        connection.ask('watch')
        connection.ask('ready')
    elif asked == 'list':
        say('online:', ', '.join(fields))
    elif asked == 'ready':
        say('taking calls')
    elif asked == 'accept':
        call = fields[1]
        say('accepted')
        text = '{"text":"Olá!"}'.encode()
        connection.ask('signal', call, base64.urlsafe_b64encode(text).decode().rstrip('='))


def stay(host, port, name, call_port):
    """One connection, from its beginning to its end. Whether it was registered."""
    try:
        connection = Connection(host, port)
    except OSError:
        return False
    say('connected')
    try:
        connection.ask('register', name, call_port)
        for kind, *fields in connection.lines():
            if kind.startswith('*'):
                # `watch` has no line of its own: the first of the state answers it.
                if kind in ('*here', '*synced') and connection.asked[:1] == ['watch']:
                    connection.asked.pop(0)
                pushed(connection, kind, fields)
            elif connection.asked:
                replied(connection, connection.asked.pop(0), [kind, *fields])
    except OSError:
        pass  # A reset, or a refusal that passes, is an end like any other.
    except KeyboardInterrupt:
        # The others see at once that it was on purpose. Then the registry closes.
        connection.ask('quit')
        for _ in connection.lines():
            pass
        say('disconnected')
        raise
    finally:
        connection.socket.close()
    say('disconnected')
    return connection.registered


def main(host, port, name, call_port):
    wait = FIRST_WAIT_SECONDS
    while True:
        if stay(host, int(port), name, call_port):
            wait = FIRST_WAIT_SECONDS
        # By chance, so that not all clients of a registry come back at the same moment.
        time.sleep(wait * random.uniform(0.5, 1))
        wait = min(wait * 2, LONGEST_WAIT_SECONDS)


if __name__ == '__main__':
    if len(sys.argv) != 5:
        sys.exit('encontro.py HOST PORT NAME CALL_PORT')
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(0)
