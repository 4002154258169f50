"""What lets a client reach the mock at the addresses that are written into it.

Many clients log in at https://login.salesforce.com whatever they are told. A certificate authority of our own signs a
certificate for the platform's names, and a proxy carries every connection to those names to the mock's TLS port; the
clients trust the one and use the other through the environment variables that their HTTP libraries read. So they stay
as they were published. Connections to anything else are refused, so that no client talks to the outside.
"""

import select
import socket
import subprocess
import sys
import threading
from pathlib import Path

from support.packages import INSTALLED, python

PLATFORM = (".salesforce.com", ".force.com", ".salesforce-setup.com")


class Network:
    """The certificate, and a proxy that leads to the TLS port of whichever org is running."""

    def __init__(self):
        folder = INSTALLED / "certificates"
        self.authority, self.certificate, self.key = folder / "ca.pem", folder / "server.pem", folder / "server.key"
        if not self.key.exists():
            folder.mkdir(parents=True, exist_ok=True)
            subprocess.run([str(python("support")), str(Path(__file__).with_name("certificates.py")), str(folder)], check=True)
        self.port = None
        self.refused = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def proxy(self):
        """The address of the proxy."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def environment(self):
        """What makes requests and Node use the proxy and trust the authority."""
        authority = str(self.authority)
        return {"HTTPS_PROXY": self.proxy, "REQUESTS_CA_BUNDLE": authority, "NODE_EXTRA_CA_CERTS": authority}

    def lead_to(self, tls_url):
        """From now on the platform's names lead to this address."""
        self.port = int(tls_url.rsplit(":", 1)[1].strip("/"))
        self.refused = set()

    def _accept(self):
        while True:
            client, _ = self._listener.accept()
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            with client:
                head = b""
                while b"\r\n\r\n" not in head:
                    piece = client.recv(4096)
                    if not piece:
                        return
                    head += piece
                method, target = head.split(b" ", 2)[:2]
                host = target.decode("latin-1").rsplit(":", 1)[0]
                if method != b"CONNECT" or not host.endswith(PLATFORM):
                    self.refused.add(target.decode("latin-1"))
                    client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    return
                with socket.create_connection(("127.0.0.1", self.port)) as org:
                    client.sendall(b"HTTP/1.1 200 Connection Established\r\n\r\n")
                    self._carry(client, org)
        except OSError:
            # One side hung up; the other sees it.
            return

    @staticmethod
    def _carry(client, org):
        for one in (client, org):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        other = {client: org, org: client}
        while True:
            for ready in select.select([client, org], [], [])[0]:
                piece = ready.recv(65536)
                if not piece:
                    return
                other[ready].sendall(piece)


if __name__ == "__main__":
    sys.exit("this is part of tests/clients/run")
