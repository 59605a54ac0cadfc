namespace Duramen.Conformance.Tests.Drivers;

/// <summary>The clients under test, in the order of the table's columns.</summary>
internal static class RealClients
{
    public static IReadOnlyList<RealClient> All { get; } =
    [
        Python("kcat", "1.7.1 (librdkafka 2.0.2)", "/usr/bin/kcat") with
        {
            Lacks = Because(
                ("it has no option for it", ["timestamps of the producer"]),
                ("it produces from an input that ends, and fails when the server is away", ["no acknowledged record is lost, and none is stored twice"]),
                ("it lists topics and nothing else", [
                    "create a topic", "a topic that exists is refused", "describe the configs of a topic", "alter a config", "add partitions", "delete records", "delete a topic",
                    "list groups", "describe a group", "delete a group", "the lag of a group"])),
        },
        Python("kafka-python", "2.0.2", "/usr/lib/python3/dist-packages/kafka/__init__.py") with
        {
            Lacks = Because(
                ("it has no idempotent producer", ["an idempotent producer", "a retry after a lost answer stores nothing twice", "no acknowledged record is lost, and none is stored twice"]),
                ("it has neither static members nor cooperative rebalances", ["a static member comes back without a rebalance", "a cooperative rebalance leaves members what they keep"]),
                ("its admin client has no call for it", ["delete records"])),
        },
        Python("confluent-kafka", "1.7.0 (librdkafka 2.0.2)", "/usr/lib/python3/dist-packages/confluent_kafka/__init__.py") with
        {
            Lacks = Because(("its admin client has no call for it", ["delete records", "delete a group"])),
        },
        Node("kafkajs", "2.2.4", "package.json") with
        {
            Lacks = Because(
                ("it needs a plugin for every codec but gzip", ["snappy", "lz4", "zstd", .. Reads("snappy", "lz4", "zstd")]),
                ("it has neither static members nor cooperative rebalances", ["a static member comes back without a rebalance", "a cooperative rebalance leaves members what they keep"])),
        },
        Go("sarama", "1.22.1") with
        {
            Lacks = Because(
                ("its partitioner hashes keys with FNV", ["keys go to the partitions of Java clients"]),
                ("it has neither static members nor cooperative rebalances", ["a static member comes back without a rebalance", "a cooperative rebalance leaves members what they keep"]),
                ("its admin client has no call for it", ["delete a group"])),
            Deviates = Because(
                ("it sends zstd in a version of the produce request that does not allow it; Kafka refuses that too", ["zstd"])),
        },
        Go("segmentio", "kafka-go 0.2.1") with
        {
            Lacks = Because(
                ("this version does not have it", [
                    "zstd", "headers", "acks=0", "timestamps of the producer", "keys go to the partitions of Java clients",
                    "a static member comes back without a rebalance", "a cooperative rebalance leaves members what they keep",
                    "an idempotent producer", "a retry after a lost answer stores nothing twice", "no acknowledged record is lost, and none is stored twice",
                    "describe the configs of a topic", "alter a config", "add partitions", "delete records", "list groups", "describe a group", "delete a group", "the lag of a group"]),
                ("nothing to try without records", [
                    "a record as large as the limit", "a record above the limit is refused", "timestamps of the log", "from an offset", "from a time", "from a time after the last record", "from the latest record",
                    "a group reads every partition", "a restart goes on after the last commit", "members share, and take over from one that leaves", "members take over from one that dies",
                    "committed offsets never go back", .. Reads("uncompressed", "gzip", "snappy", "lz4", "zstd")])),
            Deviates = Because(
                ("it only speaks the record format of Kafka 0.10, which Kafka 4 does not take either", [
                    "uncompressed", "gzip", "snappy", "lz4", "records without key", "bytes of every value", "tombstones", "empty values", "acks=1", "50 partitions",
                    "from the earliest record", "the end of a partition is seen", "produce and consume over TLS"]),
                ("it takes a topic that exists for one that it made", ["a topic that exists is refused"])),
        },
        Node("node-rdkafka", "3.6.1 (librdkafka 2.12.0)", "build/Release/node-librdkafka.node") with
        {
            Lacks = Because(("its admin client has no call for it", [
                "describe the configs of a topic", "alter a config", "delete records", "list groups", "describe a group", "delete a group"])),
            Deviates = Because(("it sends an empty value as none", ["empty values"])),
        },
    ];

    public static RealClient Find(string name) => All.Single(client => client.Name == name);

    private static RealClient Python(string name, string version, string needed) =>
        new(name, version, "/usr/bin/python3", Path.Combine(Checkout.Drivers, name, "driver.py"), needed);

    private static RealClient Node(string name, string version, string needed) =>
        new(name, version, "node", Path.Combine(Checkout.Drivers, name, "driver.js"), Path.Combine(Checkout.Installed, "node_modules", name, needed));

    private static RealClient Go(string name, string version) =>
        new(name, version, Path.Combine(Checkout.Installed, name), null, Path.Combine(Checkout.Installed, name));

    private static Dictionary<string, string> Because(params (string Reason, string[] Features)[] reasons) =>
        reasons.SelectMany(reason => reason.Features.Select(feature => (feature, reason.Reason))).ToDictionary(pair => pair.feature, pair => pair.Reason);

    private static IEnumerable<string> Reads(params string[] codecs) => codecs.Select(codec => $"reads what every other client wrote, {codec}");
}
