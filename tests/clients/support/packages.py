"""Installs what clients need: below `target/clients`, in the pinned versions, once."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).resolve().parent.parent
ROOT = SOURCES.parent.parent
INSTALLED = ROOT / "target" / "clients"

# The newest jsforce and the Salesforce CLI run on this one; an older one that is installed does not do.
NODE = "22.23.3"


class Unusable(Exception):
    """A client cannot be installed on this machine."""


def call(arguments, **options):
    """Runs a program to its end; its output appears only when it fails."""
    print(f"  {' '.join(str(argument) for argument in arguments)}", flush=True)
    ended = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    if ended.returncode != 0:
        raise Unusable(f"{arguments[0]} failed:\n{ended.stdout[-2000:]}")


def node_folder():
    """The folder of a Node that runs every client."""
    found = shutil.which("node")
    if found:
        version = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
        major = re.match(r"v(\d+)", version)
        if major and int(major[1]) >= int(NODE.split(".", maxsplit=1)[0]):
            return Path(found).parent
    own = INSTALLED / "node"
    binary = own / "node_modules" / "node" / "bin"
    if not (binary / "node").exists():
        if not shutil.which("npm"):
            raise Unusable("there is no `npm`")
        own.mkdir(parents=True, exist_ok=True)
        call(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(own), f"node@{NODE}"])
    return binary


def node_modules(client):
    """The folder with the packages that the lock file of a client names."""
    source, folder = SOURCES / client, INSTALLED / client
    lock = (source / "package-lock.json").read_text()
    modules, done = folder / "node_modules", folder / "installed.json"
    if not (modules.is_dir() and done.exists() and done.read_text() == lock):
        if not shutil.which("npm"):
            raise Unusable("there is no `npm`")
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(source / name, folder / name)
        call(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder)
        done.write_text(lock)
    return modules


def python(client):
    """A Python with the packages that the requirements of a client name."""
    requirements = SOURCES / client / "requirements.txt"
    folder = INSTALLED / f"{client}_python"
    own, done = folder / "bin" / "python", folder / "installed.txt"
    wanted = requirements.read_text()
    if not (own.exists() and done.exists() and done.read_text() == wanted):
        call([sys.executable, "-m", "venv", str(folder)])
        call([str(own), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(requirements)])
        done.write_text(wanted)
    return own


def protoc():
    """What makes a build find `protoc`, which salesforce_core needs: an installed one, or that of grpcio-tools."""
    if shutil.which("protoc"):
        return {}
    own = python("pubsub_python")
    program = own.parent / "protoc"
    if not program.exists():
        program.write_text(f'#!/bin/sh\nexec "{own}" -m grpc_tools.protoc "$@"\n')
        program.chmod(0o755)
    return {"PROTOC": program}


def environment(**more):
    """The environment of a client: nothing of proxies or of other orgs, and nothing written beside the sources."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.lower().endswith("_proxy") and not name.startswith(("SF_", "SFDX_", "MOCKORG_", "NODE_"))
    }
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(SOURCES), **{k: str(v) for k, v in more.items()}}
