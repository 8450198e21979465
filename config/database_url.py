"""The parser of DATABASE_URL for PostgreSQL, with libpq's syntax: several hosts, a Unix socket, options."""

NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def read_postgresql(url: str) -> dict:
    """Return Django's DATABASES entry for a URL; further parameters become its OPTIONS. Raises ValueError."""
    from psycopg import ProgrammingError  # imported here, so that a process on SQLite starts without it
    from psycopg.conninfo import conninfo_to_dict

    try:
        found = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise ValueError("PostgreSQL cannot read it") from error
    ports = str(found.get("port", "")).split(",")
    if not all(port == "" or (port.isascii() and port.isdecimal()) for port in ports):
        raise ValueError("a port is a number")
    if not any(ports):  # several hosts without ports
        found.pop("port", None)
    if not (found.get("dbname") or found.get("service")):
        raise ValueError("it names no database")
    database: dict = {name: str(found.pop(key, "")) for key, name in NAMES.items()}
    return database | {"ENGINE": "django.db.backends.postgresql"} | ({"OPTIONS": found} if found else {})
