"""The keys of one control plane: an authority of its own, and what it signs.

Everything lies in one folder that only its owner can read. Keys are P-256; certificates live ten years, for a cluster
that nobody renews.
"""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY = "ca.crt"
ADMIN = "admin"
CONTROLLERS = "controller-manager"
SERVER = "apiserver"
SERVICE_ACCOUNTS = "service-accounts"
_LIFETIME = datetime.timedelta(days=3650)
_CLIENTS = {ADMIN: ("atoll:admin", "system:masters"), CONTROLLERS: ("system:kube-controller-manager", "")}


def make(folder: Path, names: tuple[str, ...] = ("localhost", "kubernetes", "kubernetes.default.svc")) -> Path:
    """The certificates of a control plane in `folder`, made when they are missing; answers the folder.

    Files: ``ca.crt``; ``apiserver``, ``admin`` and ``controller-manager`` with ``.crt`` and ``.key``;
    ``service-accounts.key`` and ``.pub``. `names` are those the server answers to, beside 127.0.0.1.
    """
    if (folder / AUTHORITY).is_file():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = _name("atoll embedded kubernetes", "")
    authority = (
        _certificate(issuer, issuer, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    alternatives = [*(x509.DNSName(name) for name in names), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    for stem, (user, group) in {SERVER: ("kube-apiserver", ""), **_CLIENTS}.items():
        own = ec.generate_private_key(ec.SECP256R1())
        purpose = ExtendedKeyUsageOID.SERVER_AUTH if stem == SERVER else ExtendedKeyUsageOID.CLIENT_AUTH
        builder = _certificate(_name(user, group), issuer, own.public_key())
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
        if stem == SERVER:
            builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        _write(folder / f"{stem}.key", _private(own))
        _write(folder / f"{stem}.crt", builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    tokens = ec.generate_private_key(ec.SECP256R1())
    _write(folder / f"{SERVICE_ACCOUNTS}.key", _private(tokens))
    public = tokens.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    _write(folder / f"{SERVICE_ACCOUNTS}.pub", public)
    _write(folder / AUTHORITY, authority.public_bytes(serialization.Encoding.PEM))  # last: it says that all are there
    return folder


def _certificate(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + _LIFETIME)
    )


def _name(user: str, group: str) -> x509.Name:
    """Kubernetes reads the common name as the user and the organization as a group."""
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, user)]
    return x509.Name([*parts, x509.NameAttribute(NameOID.ORGANIZATION_NAME, group)] if group else parts)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)
