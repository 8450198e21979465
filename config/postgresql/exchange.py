"""Several statements in one round trip to the server, which prepares each of them once.

psycopg's pipeline writes each statement by itself and waits for the answer to BEGIN, and Django has nothing prepared:
docs/decisions/0021-a-post-is-two-round-trips.md has what that cost.
"""

from collections.abc import Sequence
from itertools import count

import psycopg
from psycopg import errors
from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from psycopg.waiting import Ready, Wait

type Statement = tuple[str, bytes | None]  # with one parameter, $1, or none; then it is not prepared

_numbers = count()


def exchange(
    connection: psycopg.Connection, statements: Sequence[Statement], prepared: dict[str, bytes] | None
) -> list[list[tuple]]:
    """Send these statements together, in a transaction where psycopg would begin one, and return the rows of each.

    `prepared`: the names of what the server has prepared for this connection; None where a pooler may give it another
    one's. Raises the first error of the server, which does not run the statements behind it, or psycopg's own.
    """
    connection._check_connection_ok()
    pgconn = connection.pgconn
    wanted = list(statements)
    if not connection.autocommit and pgconn.transaction_status == TransactionStatus.IDLE:
        wanted.insert(0, (connection._get_tx_start_command().decode(), None))
    try:
        pgconn.enter_pipeline_mode()
        new = send_all(pgconn, wanted, prepared)
        results = connection.wait(receive(pgconn))
        pgconn.exit_pipeline_mode()
    except BaseException:
        pgconn.finish()  # What comes later would be taken for the answer to something else.
        raise
    for result in results:
        if result.status == ExecStatus.FATAL_ERROR:
            if prepared:
                prepared.clear()  # "cached plan must not change result type": a migration ran meanwhile
            raise errors.error_from_result(result, encoding=connection.info.encoding)
    if prepared is not None:
        prepared |= new
    return load_rows(connection, results[len(results) - len(statements) :])


def send_all(pgconn: PGconn, statements: Sequence[Statement], prepared: dict[str, bytes] | None) -> dict[str, bytes]:
    """Prepare what is not prepared yet, and then run these statements. Return the new names."""
    texts = {text for text, parameter in statements if parameter is not None and text not in (prepared or {})}
    new = {} if prepared is None else {text: b"exchange_%d" % next(_numbers) for text in texts}
    names = (prepared or {}) | new
    for text, name in new.items():
        pgconn.send_prepare(name, text.encode())
    for text, parameter in statements:
        parameters = None if parameter is None else [parameter]
        if text in names:
            pgconn.send_query_prepared(names[text], parameters)
        else:
            pgconn.send_query_params(text.encode(), parameters)
    pgconn.pipeline_sync()
    return new


def receive(pgconn: PGconn) -> PQGen[list[PGresult]]:
    """Write what is left to write, and read a result for each command up to the sync."""
    while pgconn.flush():
        if (yield Wait.RW) & Ready.R:
            pgconn.consume_input()
    results: list[PGresult] = []
    while True:
        while pgconn.is_busy():
            if (yield Wait.R):
                pgconn.consume_input()
        result = pgconn.get_result()
        if result is not None and result.status == ExecStatus.PIPELINE_SYNC:
            return results
        if result is not None:
            results.append(result)
        elif pgconn.status == ConnStatus.BAD:
            raise psycopg.OperationalError("the connection is lost")


def load_rows(connection: psycopg.Connection, results: Sequence[PGresult]) -> list[list[tuple]]:
    """Return the rows of each result, with the types of Python that psycopg makes of them."""
    transformer = Transformer(connection)
    rows = []
    for result in results:
        transformer.set_pgresult(result)
        rows.append(transformer.load_rows(0, result.ntuples, tuple))
    return rows
