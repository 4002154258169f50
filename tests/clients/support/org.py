"""A running `mockorg serve` for one script of a client."""

import json
import subprocess
import urllib.request

from support.packages import INSTALLED, ROOT, Unusable, call


def program(given, release):
    """The path of mockorg's program, which is built first unless one is given."""
    if given:
        return given
    profile = ["--release"] if release else []
    call(["cargo", "build", "--quiet", "-p", "mockorg-cli", *profile], cwd=ROOT)
    return str(ROOT / "target" / ("release" if release else "debug") / "mockorg")


class Org:
    """An org with ports of its own, which ends with the `with` block."""

    def __init__(self, binary, network, options=()):
        self.arguments = [binary, "serve", "--port", "0", "--tls-port", "0"]
        self.arguments += ["--tls-cert", str(network.certificate), "--tls-key", str(network.key)]
        self.arguments += ["--schema", str(ROOT / "tests" / "clients" / "objects"), "--journal", "3000", *options]
        self.facts = {}

    def __enter__(self):
        self.process = subprocess.Popen(self.arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said = ""
        for line in self.process.stdout:
            said += line
            words = line.split()
            if words[:1] == ["address"]:
                self.facts["url"] = words[1]
            elif words[:2] == ["with", "TLS"]:
                self.facts["tls_url"] = words[2]
            elif words[:2] == ["access", "token"]:
                self.facts["token"] = words[2]
            elif words[:2] == ["org", "id"]:
                self.facts["id"] = words[2]
                return self
        raise Unusable(f"mockorg did not start:\n{said}")

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def ask(self, resource):
        """An answer of the control surface."""
        with urllib.request.urlopen(f"{self.facts['url']}/__mockorg/{resource}", timeout=30) as answer:
            return json.load(answer)

    def refused(self):
        """What was refused because it is not modelled."""
        return self.ask("coverage")

    def keep_journal(self, name):
        """Writes the calls of a client beside its log."""
        path = INSTALLED / "logs" / f"{name}.journal.json"
        path.write_text(json.dumps(self.ask("journal"), indent=1))
