"""The certificate authority of the tests, and the TLS contexts of their servers and clients."""

import ssl
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.services.folders import make_folder, remove_folder

# OpenSSL uses the machine's clock, whatever time a test sets.
BEGIN, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)
USES = "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign"
MAY_CERTIFY = x509.KeyUsage(
    **{use: use == "key_cert_sign" for use in [*USES.split(), "encipher_only", "decipher_only"]}
)


class Authority:
    """A certificate authority for the tests' servers."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Hubbub tests")])
        identifier = x509.SubjectKeyIdentifier.from_public_key(self.key.public_key())
        begun = self._begin(self.name, self.key).add_extension(x509.BasicConstraints(True, None), critical=True)
        begun = begun.add_extension(identifier, critical=False)
        self.certificate = begun.add_extension(MAY_CERTIFY, critical=True).sign(self.key, hashes.SHA256())

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def _begin(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(BEGIN)
            .not_valid_after(END)
        )

    def certify(self, names: tuple[str, ...]) -> bytes:
        """Return a certificate for these names and its key, as PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        begun = self._begin(subject, key).add_extension(alternatives, critical=False)
        certificate = begun.add_extension(issuer, critical=False).sign(self.key, hashes.SHA256())
        form = serialization.PrivateFormat.PKCS8
        secret = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
        return certificate.public_bytes(serialization.Encoding.PEM) + secret


@cache
def authority() -> Authority:
    return Authority()


@cache
def trusting_us() -> ssl.SSLContext:
    """Return a client's TLS context that trusts only the tests' own authority."""
    return ssl.create_default_context(cadata=authority().pem)


def server_tls(names: tuple[str, ...]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    folder = make_folder("tls")
    pem = folder / "server.pem"  # Python reads certificates only from a file
    pem.write_bytes(authority().certify(names))
    context.load_cert_chain(pem)
    remove_folder(folder)
    return context
