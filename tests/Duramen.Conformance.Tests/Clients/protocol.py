"""What the drivers in Python have in common: one JSON document as argument, JSON lines as answer, the end of standard input as the sign to stop."""
import json
import os
import sys
import threading


def emit(**line):
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def to_bytes(text):
    """Bytes travel as text with one character from U+0000 to U+00FF for each."""
    return None if text is None else text.encode("latin-1")


def to_text(data):
    return None if data is None else bytes(data).decode("latin-1")


def value_of(record):
    value = to_bytes(record.get("value"))
    return value if value is None else value * record.get("times", 1)


def headers_of(record):
    return [(name, to_bytes(value)) for name, value in record.get("headers", [])]


def emit_record(partition, offset, key, value, headers, timestamp, timestamp_type):
    emit(partition=partition, offset=offset, key=to_text(key), value=to_text(value),
         headers=[[name, to_text(content)] for name, content in headers], timestamp=timestamp, timestampType=timestamp_type)


class Stop:
    """Is set when standard input ends."""

    def __init__(self):
        self._event = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self):
        while os.read(0, 4096):
            pass
        self._event.set()

    def __bool__(self):
        return self._event.is_set()


def run(commands, error_code):
    """Does what the argument says; `error_code` finds the number of the protocol's error in an exception of the client, or gives None."""
    request = json.loads(sys.argv[1])
    try:
        commands[request["do"]](request)
    except Exception as error:  # pylint: disable=broad-except
        code = error_code(error)
        emit(error=code if code is not None else 0, message=f"{type(error).__name__}: {error}")
    sys.stdout.flush()
    os._exit(0)
