"""Drives kafka-python, the client in pure Python."""
import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import protocol
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewPartitions, NewTopic
from kafka.consumer.subscription_state import ConsumerRebalanceListener
from kafka.errors import BrokerResponseError, for_code

PATIENCE_S = 30


def config(request, **more):
    settings = {"bootstrap_servers": request["bootstrap"]}
    if "ca" in request:
        settings.update({"security_protocol": "SSL", "ssl_cafile": request["ca"]})
    settings.update(more)
    return settings


def error_code(error):
    return error.errno if isinstance(error, BrokerResponseError) else None


def check(response):
    """The admin client returns what the broker said; its topic_errors are refusals when their code is not 0."""
    for refusal in getattr(response, "topic_errors", None) or getattr(response, "topic_error_codes", []):
        if refusal[1] != 0:
            raise for_code(refusal[1])(refusal)


def produce(request):
    codec = request.get("codec", "none")
    producer = KafkaProducer(**config(request, compression_type=None if codec == "none" else codec, acks={-1: "all"}.get(request.get("acks", -1), request.get("acks")),
                                      linger_ms=20, max_request_size=100_000_000, buffer_memory=200_000_000, batch_size=1_000_000, retries=0))
    sent = []
    for record in request["records"]:
        sent.append(producer.send(request["topic"], value=protocol.value_of(record), key=protocol.to_bytes(record.get("key")),
                                  headers=protocol.headers_of(record), partition=record.get("partition"), timestamp_ms=record.get("timestamp")))
    producer.flush(PATIENCE_S)
    for index, future in enumerate(sent):
        try:
            where = future.get(PATIENCE_S)
            protocol.emit(record=index, partition=where.partition, offset=where.offset)
        except BrokerResponseError as error:
            protocol.emit(record=index, error=error.errno, message=str(error))


def consume(request):
    topic, start = request["topic"], request["start"]
    consumer = KafkaConsumer(**config(request, enable_auto_commit=False, auto_offset_reset="none", fetch_max_wait_ms=100))
    partitions = [TopicPartition(topic, partition) for partition in request["partitionList"]]
    consumer.assign(partitions)
    ends = consumer.end_offsets(partitions)
    times = consumer.offsets_for_times({p: start["time"] for p in partitions}) if "time" in start else {}
    for partition in partitions:
        if "offset" in start:
            consumer.seek(partition, start["offset"])
        elif "time" in start:
            consumer.seek(partition, times[partition].offset if times[partition] else ends[partition])
        elif start["reset"] == "earliest":
            consumer.seek_to_beginning(partition)
        else:
            consumer.seek_to_end(partition)
    seen, count, open_partitions = 0, request.get("count"), set(partitions)
    while True:
        for partition in [p for p in open_partitions if consumer.position(p) >= ends[p]]:
            open_partitions.remove(partition)
            protocol.emit(eof=partition.partition, offset=consumer.position(partition))
        if not open_partitions if count is None else seen >= count:
            return
        for records in consumer.poll(1000).values():
            for record in records:
                seen += 1
                emit_message(record)


def emit_message(record):
    protocol.emit_record(record.partition, record.offset, record.key, record.value, record.headers, record.timestamp,
                         "append" if record.timestamp_type == 1 else "create")


def group(request):
    stop = protocol.Stop()
    consumer = KafkaConsumer(**config(request, group_id=request["group"], enable_auto_commit=False, auto_offset_reset="earliest", fetch_max_wait_ms=100,
                                      session_timeout_ms=request.get("sessionMs", 10_000), heartbeat_interval_ms=200))

    class Listener(ConsumerRebalanceListener):
        def on_partitions_assigned(self, assigned):
            protocol.emit(assigned=[partition.partition for partition in assigned])

        def on_partitions_revoked(self, revoked):
            protocol.emit(revoked=[partition.partition for partition in revoked])

    consumer.subscribe([request["topic"]], listener=Listener())
    while not stop:
        for partition, records in consumer.poll(100).items():
            for record in records:
                emit_message(record)
            try:
                consumer.commit()
                protocol.emit(committed=partition.partition, offset=records[-1].offset + 1)
            except Exception as error:  # pylint: disable=broad-except
                protocol.emit(trouble=repr(error))
    consumer.close()
    protocol.emit(closed=True)


def admin(action):
    def command(request):
        client = KafkaAdminClient(**config(request))
        protocol.emit(**(action(client, request) or {"ok": True}))
        client.close()
    return command


def create(client, request):
    check(client.create_topics([NewTopic(request["topic"], request["partitions"], 1, topic_configs=request.get("config", {}))]))


def describe(client, request):
    topic = client.describe_topics([request["topic"]])[0]
    if topic["error_code"] != 0:
        raise for_code(topic["error_code"])(topic)
    return {"partitions": len(topic["partitions"])}


def configs(client, request):
    answer = client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, request["topic"])])
    return {"config": {entry[0]: entry[1] for entry in answer[0].resources[0][4]}}


def alter(client, request):
    answer = client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, request["topic"], configs=request["config"])])
    for resource in answer.resources:
        if resource[0] != 0:
            raise for_code(resource[0])(resource)


def grow(client, request):
    check(client.create_partitions({request["topic"]: NewPartitions(request["partitions"])}))


def delete(client, request):
    check(client.delete_topics([request["topic"]]))


def groups(client, _):
    return {"groups": [name for name, _ in client.list_consumer_groups()]}


def describe_group(client, request):
    found = client.describe_consumer_groups([request["group"]])[0]
    return {"state": found.state, "members": len(found.members)}


def delete_group(client, request):
    for _, error in client.delete_consumer_groups([request["group"]]):
        if error.errno != 0:
            raise error(request["group"])


def lag(request):
    client = KafkaAdminClient(**config(request))
    committed = client.list_consumer_group_offsets(request["group"])
    partitions = [TopicPartition(request["topic"], p) for p in request["partitionList"]]
    ends = KafkaConsumer(**config(request)).end_offsets(partitions)
    for partition in partitions:
        protocol.emit(partition=partition.partition, committed=committed[partition].offset if partition in committed else -1, end=ends[partition])


protocol.run({"produce": produce, "consume": consume, "group": group, "lag": lag, "create": admin(create), "describe": admin(describe), "configs": admin(configs),
              "alter": admin(alter), "grow": admin(grow), "delete": admin(delete), "groups": admin(groups),
              "describeGroup": admin(describe_group), "deleteGroup": admin(delete_group)}, error_code)
