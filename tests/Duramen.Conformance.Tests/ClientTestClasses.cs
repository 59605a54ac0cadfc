namespace Duramen.Conformance.Tests;

public sealed class KcatTests() : ClientTests("kcat");

public sealed class KafkaPythonTests() : ClientTests("kafka-python");

public sealed class ConfluentKafkaTests() : ClientTests("confluent-kafka");

public sealed class KafkajsTests() : ClientTests("kafkajs");

public sealed class SaramaTests() : ClientTests("sarama");

public sealed class SegmentioTests() : ClientTests("segmentio");

public sealed class NodeRdkafkaTests() : ClientTests("node-rdkafka");
