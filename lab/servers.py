#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The lab's servers in one process: HTTP on port 80, DNS on UDP port 53, FTP on port 21.

Each does just enough for real clients (curl, dig, ftplib) to be content; each listens on
IPv4 and IPv6. Prints "ready" once all of them listen, and serves until it is killed.
"""
import http.server
import socket
import socketserver
import struct
import threading

ADDRESS4 = socket.inet_aton("203.0.113.10")
ADDRESS6 = socket.inet_pton(socket.AF_INET6, "2001:db8:113::10")
BODY = b"The quick brown fox jumps over the lazy dog.\n"


class DualStack:
    """A socketserver that takes IPv4 on its IPv6 socket too."""

    address_family = socket.AF_INET6
    allow_reuse_address = True
    daemon_threads = True

    def server_bind(self):
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()


class WebServer(DualStack, socketserver.ThreadingTCPServer):
    pass


class Page(http.server.BaseHTTPRequestHandler):
    """Any path is a page; its first number says how many lines it has (/1000)."""

    def do_GET(self):
        digits = self.path.strip("/")
        body = BODY * (int(digits) if digits.isdigit() else 1)
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class DnsServer(DualStack, socketserver.ThreadingUDPServer):
    pass


class Answer(socketserver.BaseRequestHandler):
    """Every name has one address: the server's own."""

    def handle(self):
        query, sock = self.request
        end = 12
        while query[end]:
            end += 1 + query[end]
        question = query[12:end + 5]
        kind = struct.unpack("!H", question[-4:-2])[0]
        data = {1: ADDRESS4, 28: ADDRESS6}.get(kind)
        flags = 0x8580 if data else 0x8583
        answer = struct.pack("!HHHHHH", struct.unpack("!H", query[:2])[0], flags,
                             1, 1 if data else 0, 0, 0) + question
        if data:
            answer += struct.pack("!HHHIH", 0xC00C, kind, 1, 60, len(data)) + data
        sock.sendto(answer, self.client_address)


class FtpServer(DualStack, socketserver.ThreadingTCPServer):
    pass


class Session(socketserver.StreamRequestHandler):
    """One FTP control connection: log in, passive or active data, RETR and NLST."""

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def data_connection(self):
        if self.listener:
            connection, _ = self.listener.accept()
            self.listener.close()
            self.listener = None
            return connection
        # An active server sends its data from port 20.
        sock = socket.socket(socket.AF_INET6 if ":" in self.active[0] else socket.AF_INET)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("", 20))
        sock.connect(self.active)
        return sock

    def passive(self, extended):
        local = self.request.getsockname()[0]
        mapped = local.startswith("::ffff:")
        self.listener = socket.create_server(
            (local[7:], 0) if mapped else (local, 0),
            family=socket.AF_INET if mapped else socket.AF_INET6)
        port = self.listener.getsockname()[1]
        if extended:
            self.say(f"229 Entering Extended Passive Mode (|||{port}|)")
        else:
            numbers = local[7:].split(".") + [str(port >> 8), str(port & 255)]
            self.say(f"227 Entering Passive Mode ({','.join(numbers)})")

    def transfer(self, body):
        self.say("150 Here it comes")
        with self.data_connection() as data:
            data.sendall(body)
        self.say("226 Done")

    def handle(self):
        self.listener = self.active = None
        self.say("220 The lab's FTP server")
        for line in self.rfile:
            verb, _, argument = line.decode().strip().partition(" ")
            verb = verb.upper()
            if verb == "USER":
                self.say("331 Any password will do")
            elif verb == "PASS":
                self.say("230 Welcome")
            elif verb in ("TYPE", "NOOP"):
                self.say("200 OK")
            elif verb == "PASV":
                self.passive(extended=False)
            elif verb == "EPSV":
                self.passive(extended=True)
            elif verb == "PORT":
                numbers = argument.split(",")
                self.active = (".".join(numbers[:4]), int(numbers[4]) * 256 + int(numbers[5]))
                self.say("200 OK")
            elif verb == "EPRT":
                _, _, address, port, _ = argument.split(argument[0])
                self.active = (address, int(port))
                self.say("200 OK")
            elif verb == "RETR":
                self.transfer(BODY * 500)
            elif verb == "NLST":
                self.transfer(b"fox.txt\r\n")
            elif verb == "QUIT":
                self.say("221 Bye")
                return
            else:
                self.say("502 The lab does not know that")


def main():
    servers = [WebServer(("::", 80), Page), DnsServer(("::", 53), Answer),
               FtpServer(("::", 21), Session)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print("ready", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
