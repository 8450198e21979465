"""The log as JSON, for collectors (LOG_FORMAT=json)."""

import json
import logging
from datetime import UTC, datetime

from config.request_id import current_request_id


class JsonFormatter(logging.Formatter):
    """Writes one object a line: time, level, logger, message, pid.

    It also has a request's id, a status and an exception, where there are any.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "pid": record.process,
        }
        if request_id := current_request_id.get():
            line["request_id"] = request_id
        if (status := getattr(record, "status_code", None)) is not None:
            line["status"] = status
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)
