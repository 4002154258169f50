"""Writes a certificate authority and a certificate for the platform's names: `certificates.py FOLDER`."""

import ipaddress
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NAMES = ("localhost", "*.salesforce.com", "*.my.salesforce.com", "*.sandbox.my.salesforce.com", "*.lightning.force.com")


def signed(subject, key, issuer, issuer_key, extensions):
    """A certificate that is valid for ten years."""
    name = lambda text: x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
    now = datetime.now(timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def main(folder):
    """Writes ca.pem, server.pem and, last, server.key."""
    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = "mockorg client tests"
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    ca = signed(authority, authority_key, authority, authority_key, [(x509.BasicConstraints(True, 0), True), (usage, True)])
    names = [x509.DNSName(name) for name in NAMES] + [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    server = signed("mockorg", server_key, authority, authority_key, [
        (x509.SubjectAlternativeName(names), False),
        (x509.BasicConstraints(False, None), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
    ])
    (folder / "ca.pem").write_bytes(ca)
    (folder / "server.pem").write_bytes(server + ca)
    (folder / "server.key").write_bytes(server_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
