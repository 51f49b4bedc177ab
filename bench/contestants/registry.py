"""A registry as one writes it first: a thread for each client, one list, one recv is one message.

It speaks enough of PROTOCOL.md to be measured: register, list, details and quit. The port is its
argument, and its log is what it prints.
"""

import socket
import sys
import threading

clients = []
lock = threading.Lock()


def find(name):
    for client in clients:
        if client["name"] == name:
            return client
    return None


def register(name, ip, call_port):
    with lock:
        for client in clients:
            if client["name"] == name and client["ip"] == ip:
                return None, "error,Usuário já registrado"
            if client["ip"] == ip and client["call_port"] == call_port:
                return None, (
                    f"error,Falha ao registrar cliente: {name} - Já existe um usuário"
                    " com esse IP recebendo chamadas nessa porta"
                )
        client = {"name": name, "ip": ip, "call_port": call_port}
        clients.append(client)
        return client, "success,Registrado com sucesso"


def unregister(client):
    with lock:
        if client in clients:
            clients.remove(client)


def answer(fields):
    if fields[0] == "list":
        with lock:
            return ",".join(client["name"] for client in clients)
    if fields[0] == "details" and len(fields) == 2:
        with lock:
            client = find(fields[1])
        if client is None:
            return "error,Usuário não encontrado"
        return f"{client['ip']},{client['call_port']}"
    return "error,Requisição desconhecida"


def serve(connection, address):
    client = None
    try:
        while True:
            data = connection.recv(1024)
            if not data:
                break
            fields = data.decode().strip().split(",")
            if fields[0] == "quit":
                connection.sendall("Conexão encerrada\n".encode())
                break
            if fields[0] == "register" and len(fields) == 3 and client is None:
                client, reply = register(fields[1], address[0], int(fields[2]))
                if client is not None:
                    print(f"Novo cliente registrado: {client['name']}")
            elif client is None:
                reply = "error,É preciso se registrar primeiro"
            else:
                reply = answer(fields)
            connection.sendall((reply + "\n").encode())
    except OSError:
        pass
    finally:
        if client is not None:
            unregister(client)
            print(f"Cliente desconectado: {client['name']}")
        connection.close()


server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.bind(("127.0.0.1", int(sys.argv[1])))
server.listen()
print("Servidor iniciado")
while True:
    connection, address = server.accept()
    print(f"Nova conexão de {address[0]}:{address[1]}")
    threading.Thread(target=serve, args=(connection, address), daemon=True).start()
