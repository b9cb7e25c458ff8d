"""A certificate for this machine, which whoever trusts it by its file or by its key's hash may speak TLS with."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat


@dataclass(frozen=True)
class Certificate:
    """Where it lies, and where its key does."""

    path: Path
    key: Path
    key_hash: str
    """Of its public key, as Chromium's --ignore-certificate-errors-spki-list wants it."""

    @property
    def settings(self) -> dict[str, str]:
        return {"WECOM_TLS_CERTIFICATE": str(self.path), "WECOM_TLS_KEY": str(self.key)}


def self_signed(place: Path) -> Certificate:
    """For 127.0.0.1, in this directory."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=7))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    made = Certificate(
        place / "certificate.pem", place / "key.pem", base64.b64encode(hashlib.sha256(spki).digest()).decode()
    )
    made.path.write_bytes(certificate.public_bytes(Encoding.PEM))
    made.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return made
