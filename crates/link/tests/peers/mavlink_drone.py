"""A drone with a mission, played by pymavlink: it tells its position only to who asks for it, and flies due north.

usage: mavlink_drone.py udp HOST PORT | tcp PORT   [KEY]
KEY is 64 hexadecimal digits: the drone then signs, and takes only what is signed.
"""

import socket
import sys
import time

from pymavlink.dialects.v20 import common as mav

LAT, LON = 29.5657, 106.5878
MISSION = [(29.5660, 106.5880, 60.0), (29.5680, 106.5900, 80.0), (29.5700, 106.5920, 80.0)]


class Wire:
    """Where pymavlink writes."""

    def __init__(self, send):
        self.write = send


def drone(send, receive, key):
    link = mav.MAVLink(Wire(send), srcSystem=7, srcComponent=1)
    link.robust_parsing = True
    if key:
        link.signing.secret_key = bytes.fromhex(key)
        link.signing.link_id = 1
        link.signing.timestamp = int((time.time() - 1420070400) * 100_000)
        link.signing.sign_outgoing = True
    started, wanted, next_heartbeat, due = time.monotonic(), {}, 0.0, {}
    while time.monotonic() - started < 60:
        now = time.monotonic()
        boot_ms = int((now - started) * 1000) + 1000
        if now >= next_heartbeat:
            next_heartbeat = now + 0.2
            # PX4, main mode 4 (auto), sub-mode 4 (mission), armed.
            link.heartbeat_send(mav.MAV_TYPE_QUADROTOR, mav.MAV_AUTOPILOT_PX4, 128 | 1, (4 << 16) | (4 << 24), 4)
        for message, every in wanted.items():
            if now < due.get(message, 0):
                continue
            due[message] = now + every
            if message == 33:
                link.global_position_int_send(
                    boot_ms, int(LAT * 1e7) + boot_ms, int(LON * 1e7), 312_500, 60_000, 300, 400, 0, 9000)
            elif message == 30:
                link.attitude_send(boot_ms, 0.0, 0.0, 1.5, 0, 0, 0)
            elif message == 1:
                link.sys_status_send(0, 0, 0, 300, 22_200, 1_500, 77, 0, 0, 0, 0, 0, 0)
            elif message == 42:
                link.mission_current_send(1)
        for message in link.parse_buffer(receive()) or []:
            kind = message.get_type()
            if kind == "COMMAND_LONG" and message.command == 511:
                wanted[int(message.param1)] = max(message.param2 / 1e6, 0.05)
                link.command_ack_send(511, 0)
            elif kind == "COMMAND_LONG" and message.command == 512 and int(message.param1) == 242:
                link.command_ack_send(512, 0)
                link.home_position_send(int(LAT * 1e7), int(LON * 1e7), 252_500, 0, 0, 0, [1, 0, 0, 0], 0, 0, 0)
            elif kind == "MISSION_REQUEST_LIST":
                link.mission_count_send(message.get_srcSystem(), message.get_srcComponent(), len(MISSION), 0)
            elif kind == "MISSION_REQUEST_INT":
                lat, lon, height = MISSION[message.seq]
                link.mission_item_int_send(
                    message.get_srcSystem(), message.get_srcComponent(), message.seq, 6, 16, 0, 1,
                    0, 0, 0, 0, int(lat * 1e7), int(lon * 1e7), height, 0)


def main(words):
    if words[0] == "udp":
        to, key = (words[1], int(words[2])), (words[3:] or [None])[0]
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(0.02)

        def receive():
            try:
                return sock.recvfrom(65536)[0]
            except (TimeoutError, ConnectionError):
                return b""

        drone(lambda frame: sock.sendto(frame, to), receive, key)
    else:
        server, key = socket.create_server(("127.0.0.1", int(words[1]))), (words[2:] or [None])[0]
        print(server.getsockname()[1], flush=True)
        sock, _ = server.accept()
        sock.settimeout(0.02)

        def receive():
            try:
                return sock.recv(65536)
            except TimeoutError:
                return b""

        drone(sock.sendall, receive, key)


main(sys.argv[1:])
