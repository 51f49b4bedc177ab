"""A cable between two network namespaces, as bad as one likes: loss, delay, a narrow rate, no UDP.

    python3 bad-cable.py NEAR FAR

makes two TUN devices of these names and carries packets from one to the other. Each line of standard
input says how: {"loss": 0.02, "delayMs": 150, "kbps": 300, "udp": false}; what is left out is perfect.
It is a program because netem is not in every kernel; TUN is, and hands out whole, checked packets.
"""

import fcntl
import heapq
import json
import os
import random
import select
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
UDP = 17
# As routers do, and no longer: what would wait longer than this is dropped.
LONGEST_QUEUE = 0.4
LARGEST_PACKET = 65_536


def tun(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return device


def is_udp(packet):
    version = packet[0] >> 4
    return packet[9 if version == 4 else 6] == UDP


near, far = tun(sys.argv[1]), tun(sys.argv[2])
other = {near: far, far: near}
how = {}
# When the wire is free again, each way.
free = {near: 0.0, far: 0.0}
# What is under way: when it arrives, in which order it left, where it goes.
under_way = []
count = 0
print("ready", flush=True)


def take(device):
    """Reads what is there, and puts it on its way."""
    global count
    for _ in range(64):
        try:
            packet = os.read(device, LARGEST_PACKET)
        except (BlockingIOError, OSError):
            return
        now = time.monotonic()
        if how.get("udp") is False and is_udp(packet):
            continue
        if random.random() < how.get("loss", 0):
            continue
        start = max(now, free[device])
        if start - now > LONGEST_QUEUE:
            continue
        if "kbps" in how:
            free[device] = start + len(packet) * 8 / (how["kbps"] * 1000)
            start = free[device]
        count += 1
        arrives = start + how.get("delayMs", 0) / 1000
        heapq.heappush(under_way, (arrives, count, other[device], packet))


while True:
    wait = max(0, under_way[0][0] - time.monotonic()) if under_way else None
    readable, _, _ = select.select([near, far, sys.stdin], [], [], wait)
    for device in readable:
        if device is not sys.stdin:
            take(device)
            continue
        line = sys.stdin.readline()
        if line == "":
            sys.exit()
        how = json.loads(line)
        print("done", flush=True)
    while under_way and under_way[0][0] <= time.monotonic():
        _, _, device, packet = heapq.heappop(under_way)
        try:
            os.write(device, packet)
        except OSError:
            # The device is down: so is the cable.
            pass
