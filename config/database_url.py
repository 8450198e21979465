"""DATABASE_URL for PostgreSQL, read as PostgreSQL's own programs read it: several hosts, a Unix socket, options."""

NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def read_postgresql(url: str) -> dict:
    """Return Django's DATABASES entry for a URL; what names no place or person are its OPTIONS. Raises ValueError."""
    from psycopg import ProgrammingError  # a process on SQLite starts without it
    from psycopg.conninfo import conninfo_to_dict

    try:
        found = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise ValueError("PostgreSQL cannot read it") from error
    ports = str(found.get("port", "")).split(",")
    if not all(port == "" or (port.isascii() and port.isdecimal()) for port in ports):
        raise ValueError("a port is a number")
    if not any(ports):  # hosts without any
        found.pop("port", None)
    if not (found.get("dbname") or found.get("service")):
        raise ValueError("it names no database")
    database: dict = {name: str(found.pop(key, "")) for key, name in NAMES.items()}
    return database | {"ENGINE": "django.db.backends.postgresql"} | ({"OPTIONS": found} if found else {})
