"""Drives confluent-kafka, the Python client on librdkafka."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import protocol
from confluent_kafka import (OFFSET_BEGINNING, OFFSET_END, TIMESTAMP_LOG_APPEND_TIME, Consumer, KafkaError, KafkaException,
                             Producer, TopicPartition)
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions, NewTopic

PATIENCE_S = 30


def config(request, **more):
    settings = {"bootstrap.servers": request["bootstrap"], "reconnect.backoff.max.ms": 500}
    if "ca" in request:
        settings.update({"security.protocol": "ssl", "ssl.ca.location": request["ca"]})
    settings.update(more)
    return settings


def error_code(error):
    return error.args[0].code() if isinstance(error, KafkaException) else None


def produce(request):
    settings = config(request, **{"compression.type": request.get("codec", "none"), "acks": request.get("acks", -1),
                                  "message.max.bytes": 100_000_000, "linger.ms": request.get("lingerMs", 20), "partitioner": "murmur2_random",
                                  "enable.idempotence": request.get("idempotent", False)})
    if "batch" in request:
        settings["batch.num.messages"] = request["batch"]
    producer = Producer(settings)

    def send(index, record):
        def delivered(error, message):
            if error is None:
                protocol.emit(record=index, partition=message.partition(), offset=message.offset())
            else:
                protocol.emit(record=index, error=error.code(), message=error.str())

        more = {name: record[name] for name in ("partition", "timestamp") if name in record}
        producer.produce(request["topic"], value=protocol.value_of(record), key=protocol.to_bytes(record.get("key")),
                         headers=protocol.headers_of(record), on_delivery=delivered, **more)

    if request.get("endless"):
        stop, index = protocol.Stop(), 0
        while not stop:
            send(index, {"partition": 0, "value": str(index)})
            index += 1
            while len(producer) >= 50 and not stop:
                producer.poll(0.01)
    else:
        for index, record in enumerate(request["records"]):
            send(index, record)
    producer.flush(PATIENCE_S)


def consume(request):
    consumer = Consumer(config(request, **{"group.id": "unused", "enable.partition.eof": True, "enable.auto.commit": False,
                                           "fetch.wait.max.ms": 100, "auto.offset.reset": "error"}))
    start, topic = request["start"], request["topic"]
    partitions = [TopicPartition(topic, partition) for partition in request["partitionList"]]
    for partition in partitions:
        if "reset" in start:
            partition.offset = OFFSET_BEGINNING if start["reset"] == "earliest" else OFFSET_END
        else:
            partition.offset = start.get("offset", start.get("time"))
    if "time" in start:
        partitions = consumer.offsets_for_times(partitions, PATIENCE_S)
    consumer.assign(partitions)
    seen, open_partitions, count = 0, len(partitions), request.get("count")
    while open_partitions > 0 if count is None else seen < count:
        message = consumer.poll(PATIENCE_S)
        if message is None:
            raise TimeoutError("no message")
        if message.error() is None:
            seen += 1
            emit_message(message)
        elif message.error().code() == KafkaError._PARTITION_EOF:
            open_partitions -= 1
            protocol.emit(eof=message.partition(), offset=message.offset())
        else:
            raise KafkaException(message.error())
    consumer.close()


def emit_message(message):
    kind, timestamp = message.timestamp()
    protocol.emit_record(message.partition(), message.offset(), message.key(), message.value(), message.headers() or [], timestamp,
                         "append" if kind == TIMESTAMP_LOG_APPEND_TIME else "create")


def group(request):
    settings = config(request, **{"group.id": request["group"], "enable.auto.commit": False, "auto.offset.reset": "earliest",
                                  "session.timeout.ms": request.get("sessionMs", 10_000), "heartbeat.interval.ms": 200, "fetch.wait.max.ms": 100,
                                  "partition.assignment.strategy": request.get("strategy", "range")})
    if "instance" in request:
        settings["group.instance.id"] = request["instance"]
    stop, consumer = protocol.Stop(), Consumer(settings)
    consumer.subscribe([request["topic"]],
                       on_assign=lambda _, partitions: protocol.emit(assigned=[p.partition for p in partitions]),
                       on_revoke=lambda _, partitions: protocol.emit(revoked=[p.partition for p in partitions]))
    while not stop:
        message = consumer.poll(0.1)
        if message is None or message.error() is not None and message.error().retriable():
            continue
        if message.error() is not None:
            protocol.emit(trouble=message.error().str())
            continue
        emit_message(message)
        try:
            done = consumer.commit(message, asynchronous=False)[0]
            protocol.emit(committed=done.partition, offset=done.offset)
        except KafkaException as error:
            protocol.emit(trouble=str(error))
    consumer.close()
    protocol.emit(closed=True)


def admin(action):
    """A command that asks the cluster through futures and prints what `action` makes of the answers."""
    def command(request):
        client = AdminClient(config(request))
        protocol.emit(**(action(client, request) or {"ok": True}))
    return command


def wait(futures):
    return [future.result(PATIENCE_S) for future in futures.values()]


def create(client, request):
    wait(client.create_topics([NewTopic(request["topic"], request["partitions"], 1, config=request.get("config", {}))]))


def describe(client, request):
    topic = client.list_topics(request["topic"], PATIENCE_S).topics[request["topic"]]
    if topic.error is not None:
        raise KafkaException(topic.error)
    return {"partitions": len(topic.partitions)}


def configs(client, request):
    entries = wait(client.describe_configs([ConfigResource(ConfigResource.Type.TOPIC, request["topic"])]))[0]
    return {"config": {name: entry.value for name, entry in entries.items()}}


def alter(client, request):
    wait(client.alter_configs([ConfigResource(ConfigResource.Type.TOPIC, request["topic"], set_config=request["config"])]))


def grow(client, request):
    wait(client.create_partitions([NewPartitions(request["topic"], request["partitions"])]))


def delete(client, request):
    wait(client.delete_topics([request["topic"]]))


def groups(client, _):
    return {"groups": [group.id for group in client.list_groups(timeout=PATIENCE_S)]}


def describe_group(client, request):
    found = client.list_groups(request["group"], PATIENCE_S)[0]
    return {"state": found.state, "members": len(found.members)}


def lag(request):
    consumer = Consumer(config(request, **{"group.id": request["group"]}))
    partitions = consumer.committed([TopicPartition(request["topic"], p) for p in request["partitionList"]], PATIENCE_S)
    for partition in partitions:
        _, end = consumer.get_watermark_offsets(partition, PATIENCE_S)
        protocol.emit(partition=partition.partition, committed=max(partition.offset, -1), end=end)
    consumer.close()


protocol.run({"produce": produce, "consume": consume, "group": group, "lag": lag, "create": admin(create), "describe": admin(describe), "configs": admin(configs),
              "alter": admin(alter), "grow": admin(grow), "delete": admin(delete), "groups": admin(groups),
              "describeGroup": admin(describe_group)}, error_code)
