"""Drives kcat, the command-line client on librdkafka. kcat answers in text; this program turns its messages into the lines that the tests read."""
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import protocol

# Between messages and between key and value; no test sends them.
MESSAGE_END, KEY_END = "\x1e", "\x1f"
FORMAT = "%p %o %T %K %S %h\n%k%s\n"
ERRORS = {"Broker: Message size too large": 10, "Broker: Unknown topic or partition": 3}


def kcat(request, *arguments, **settings):
    settings["reconnect.backoff.max.ms"] = 500
    if "ca" in request:
        settings.update({"security.protocol": "ssl", "ssl.ca.location": request["ca"]})
    options = itertools.chain.from_iterable(("-X", f"{name}={value}") for name, value in settings.items())
    return ["kcat", "-m", "30", "-b", request["bootstrap"], *options, *arguments]


def run(command, given=b""):
    done = subprocess.run(command, input=given, capture_output=True, check=False)
    notes = done.stderr.decode("utf-8", "replace")
    if done.returncode != 0:
        raise RuntimeError(notes)
    return done.stdout, notes


def error_code(error):
    return next((code for text, code in ERRORS.items() if text in str(error)), None)


# Everywhere with -E: without it kcat ends when the broker is away for a moment.
def produce(request):
    # One run of kcat has one partition, one set of headers, and keys and nulls in all of its messages or in none.
    def kind(record):
        return record.get("partition", None), record.get("headers", []), record.get("key") is not None, record.get("value") is None

    sent = 0
    for (partition, headers, keyed, nulls), records in itertools.groupby(request["records"], kind):
        arguments = ["-E", "-P", "-t", request["topic"], "-D", MESSAGE_END, "-v", "-v", "-z", request.get("codec", "none")]
        arguments += ["-p", str(partition)] if partition is not None else []
        arguments += ["-K", KEY_END] if keyed else []
        arguments += ["-Z"] if nulls else []
        arguments += itertools.chain.from_iterable(("-H", f"{name}={value}") for name, value in headers)
        text = []
        for record in records:
            key = protocol.to_bytes(record["key"]) + KEY_END.encode() if keyed else b""
            text.append(key + (protocol.value_of(record) or b""))
        settings = {"acks": request.get("acks", -1), "message.max.bytes": 100_000_000, "linger.ms": request.get("lingerMs", 20), "partitioner": "murmur2_random",
                    "enable.idempotence": str(request.get("idempotent", False)).lower()}
        if "batch" in request:
            settings["batch.num.messages"] = request["batch"]
        _, notes = run(kcat(request, *arguments, **settings), b"".join(message + MESSAGE_END.encode() for message in text))
        for where in re.findall(r"Message delivered to partition (\d+) \(offset (\d+)\)", notes):
            protocol.emit(record=sent, partition=int(where[0]), offset=int(where[1]))
            sent += 1


def consume(request):
    start, partitions, count = request["start"], request["partitionList"], request.get("count")
    place = f"s@{start['time']}" if "time" in start else str(start["offset"]) if "offset" in start else {"earliest": "beginning", "latest": "end"}[start["reset"]]
    arguments = ["-C", "-t", request["topic"], "-o", place, "-u", "-f", FORMAT]
    arguments += ["-p", str(partitions[0])] if len(partitions) == 1 else []
    arguments += ["-e"] if count is None else ["-c", str(count)]
    process = subprocess.Popen(kcat(request, *arguments, **{"fetch.wait.max.ms": 100}), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    notes = []
    watcher = threading.Thread(target=read_notes, args=(process.stderr, notes))
    watcher.start()
    read_messages(process.stdout, lambda _: None)
    watcher.join()
    if process.wait() != 0:
        raise RuntimeError("".join(notes))


def read_notes(stream, notes):
    for line in stream:
        text = line.decode("utf-8", "replace")
        notes.append(text)
        end = re.search(r"Reached end of topic \S+ \[(\d+)\] at offset (\d+)", text)
        if end:
            protocol.emit(eof=int(end[1]), offset=int(end[2]))
        change = re.search(r"rebalanced.*?(assign|revoke)", text)
        if change:
            protocol.emit(**{{"assign": "assigned", "revoke": "revoked"}[change[1]]: [int(number) for number in re.findall(r"\[(\d+)\]", text)]})


def read_messages(stream, seen):
    while line := stream.readline():
        partition, offset, timestamp, key_size, value_size, *headers = line.decode("latin-1").rstrip("\n").split(" ", 5)
        key = stream.read(int(key_size)) if int(key_size) >= 0 else None
        value = stream.read(int(value_size)) if int(value_size) >= 0 else None
        stream.read(1)
        named = [header.split("=", 1) for header in headers[0].split(",")] if headers and headers[0] else []
        protocol.emit_record(int(partition), int(offset), key, value, [(name, content.encode("latin-1")) for name, content in named], int(timestamp), None)
        seen(int(offset))


def group(request):
    settings = {"enable.auto.commit": "true", "auto.commit.interval.ms": 100, "auto.offset.reset": "earliest", "session.timeout.ms": request.get("sessionMs", 10_000),
                "heartbeat.interval.ms": 200, "fetch.wait.max.ms": 100, "partition.assignment.strategy": request.get("strategy", "range")}
    if "instance" in request:
        settings["group.instance.id"] = request["instance"]
    process = subprocess.Popen(kcat(request, "-E", "-G", request["group"], "-u", "-f", FORMAT, request["topic"], **settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    watcher = threading.Thread(target=read_notes, args=(process.stderr, []))
    watcher.start()

    def stop():
        sys.stdin.read()
        process.send_signal(signal.SIGTERM)

    threading.Thread(target=stop, daemon=True).start()
    read_messages(process.stdout, lambda _: None)
    watcher.join()
    process.wait()
    protocol.emit(closed=True)


def describe(request):
    output, _ = run(kcat(request, "-L", "-J", "-t", request["topic"]))
    topic = json.loads(output)["topics"][0]
    if "error" in topic:
        raise RuntimeError(topic["error"])
    protocol.emit(partitions=len(topic["partitions"]))


protocol.run({"produce": produce, "consume": consume, "group": group, "describe": describe}, error_code)
