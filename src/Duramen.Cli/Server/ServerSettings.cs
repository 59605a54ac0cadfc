using System.Globalization;
using System.Net;
using Duramen.Broker;
using Duramen.Coordination.Groups;
using Duramen.Derived;

namespace Duramen.Cli.Server;

/// <summary>Every setting that a server has. What Kafka has too bears Kafka's name, in the section <c>Broker</c>.</summary>
internal static class ServerSettings
{
    /// <summary>What a server is without any: on disk, at Kafka's port.</summary>
    public static ServerOptions Defaults { get; } = new()
    {
        Node = new DuramenNodeOptions
        {
            DataPath = "./duramen-data",
            Kafka = new IPEndPoint(IPAddress.Loopback, 9092),
            Http = new IPEndPoint(IPAddress.Loopback, 8080),
        },
    };

    public static IReadOnlyList<Setting> All { get; } =
    [
        Of("Server:Data", "the data folder; ./duramen-data by default", (node, value) => node with { DataPath = Folder(value) }),
        Of("Server:Kafka", "where Kafka clients connect; 127.0.0.1:9092 by default", (node, value) => node with { Kafka = EndPoint(value) }),
        Of("Server:Http", "where HTTP is served: health, metrics, tables and entities; 127.0.0.1:8080 by default, 'none' for nowhere", (node, value) => node with { Http = value == "none" ? null : EndPoint(value) }),
        Of("Server:AdvertisedHost", "the name or address that clients are told; by default the one each of them reached", (node, value) => node with { AdvertisedHost = value }),
        Of("Server:AdvertisedPort", "the port that clients are told; by default the one each of them reached", (node, value) => node with { AdvertisedPort = Number(value, 1, ushort.MaxValue) }),
        Of("Server:DrainSeconds", "how long a stop waits for requests that were begun; 10 by default", (node, value) => node with { DrainTimeout = TimeSpan.FromSeconds(Number(value, 0, 3600)) }),
        OfState("State:MemoryBytes", "what the tables and entities that are open may use together; 536870912 by default", (state, value) => state with { MemoryBytes = Bytes(value, 1 << 20) }),
        OfState("State:DiskBytes", "what the tables of one topic may take on disk, beyond which their past is given up; no limit by default", (state, value) => state with { DiskBytes = Bytes(value, 1 << 20) }),
        OfState("State:IdleSeconds", "how long a table or an entity's index stays open that nobody uses; 600 by default", (state, value) => state with { IdleTimeout = TimeSpan.FromSeconds(Number(value, 1, 86_400)) }),
        OfState("State:ReadSeconds", "how long a read waits until everything is folded that was committed before; 10 by default", (state, value) => state with { ReadTimeout = TimeSpan.FromSeconds(Number(value, 0, 3600)) }),
        new("Tls:Certificate", "a PEM file with a certificate and its chain; TLS is on when it is given", (options, value) => options with { CertificatePath = value }),
        new("Tls:Key", "a PEM file with the certificate's key; by default it is in the same file", (options, value) => options with { KeyPath = value }),
        Exported("Telemetry:OtlpEndpoint", "where metrics and traces are sent, as http://HOST:PORT; nowhere by default", (telemetry, value) => telemetry with { Endpoint = Endpoint(value) }),
        Exported("Telemetry:OtlpProtocol", "how: http/protobuf, the default, or grpc", (telemetry, value) => telemetry with { UsesGrpc = Protocol(value) }),
        Exported("Telemetry:IntervalSeconds", "the time between two exports of metrics; 60 by default", (telemetry, value) => telemetry with { Interval = TimeSpan.FromSeconds(Number(value, 1, 86_400)) }),
        Exported("Telemetry:TraceRatio", "the part of requests that are traced, from 0 to 1; 0 by default", (telemetry, value) => telemetry with { TraceRatio = Fraction(value) }),
        Of("Broker:node.id", "the number of this broker; 1 by default", (node, value) => node with { NodeId = Number(value, 0, int.MaxValue) }),
        Of("Broker:auto.create.topics.enable", "whether a topic is made when a client asks for it; true by default", (node, value) => node with { AutoCreateTopics = Boolean(value) }),
        Of("Broker:num.partitions", "the partitions of a topic that does not say; 1 by default", (node, value) => node with { DefaultPartitions = Number(value, 1, 10_000) }),
        Of("Broker:offsets.topic.num.partitions", "the partitions over which groups are spread; 50 by default", (node, value) => node with { OffsetsPartitions = Number(value, 1, 10_000) }),
        Of("Broker:offsets.retention.minutes", "how long an offset is kept that nobody uses; 10080 by default", (node, value) => Groups(node, groups => groups with { OffsetsRetentionMs = Number(value, 1, int.MaxValue) * 60_000L })),
        Of("Broker:group.initial.rebalance.delay.ms", "how long an empty group waits for more members; 3000 by default", (node, value) => Groups(node, groups => groups with { InitialRebalanceDelayMs = Number(value, 0, int.MaxValue) })),
        Of("Broker:group.min.session.timeout.ms", "the shortest session of a member; 6000 by default", (node, value) => Groups(node, groups => groups with { MinSessionTimeoutMs = Number(value, 1, int.MaxValue) })),
        Of("Broker:group.max.session.timeout.ms", "the longest session of a member; 1800000 by default", (node, value) => Groups(node, groups => groups with { MaxSessionTimeoutMs = Number(value, 1, int.MaxValue) })),
        Of("Broker:group.max.size", "the most members of a group; 10000 by default", (node, value) => Groups(node, groups => groups with { MaxSize = Number(value, 1, int.MaxValue) })),
        Of("Broker:max.partitions", "the most partitions of all topics together; 100000 by default", (node, value) => node with { MaxPartitions = Number(value, 1, int.MaxValue) }),
        Of("Broker:max.groups", "the most groups; 100000 by default", (node, value) => node with { MaxGroups = Number(value, 1, int.MaxValue) }),
        Of("Broker:max.incremental.fetch.session.cache.slots", "the most fetch sessions; 1000 by default, 0 for none", (node, value) => node with { MaxFetchSessions = Number(value, 0, 100_000) }),
        Of("Broker:socket.request.max.bytes", "the largest request; 104857600 by default", (node, value) => Connections(node, limits => limits with { MaxFrameBytes = Number(value, 1024, int.MaxValue) })),
        Of("Broker:max.connections", "the most connections; 10000 by default", (node, value) => Connections(node, limits => limits with { MaxConnections = Number(value, 1, int.MaxValue) })),
        Of("Broker:max.connections.per.ip", "the most connections from one address; 4000 by default", (node, value) => Connections(node, limits => limits with { MaxConnectionsPerAddress = Number(value, 1, int.MaxValue) })),
        Of("Broker:connections.max.idle.ms", "how long a connection may be without a request; 600000 by default", (node, value) => Connections(node, limits => limits with { IdleTimeout = TimeSpan.FromMilliseconds(Number(value, 1000, int.MaxValue)) })),
    ];

    /// <summary>The setting with a name; null when there is none. Environment variables cannot have dots in their names and have underscores instead.</summary>
    public static Setting? Find(string name) =>
        All.FirstOrDefault(setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || setting.Name.Replace('.', '_').Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The path of a folder, made absolute.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static string Folder(string text) =>
        text.Length == 0 || text.Contains('\0', StringComparison.Ordinal) ? throw new FormatException("the path of a folder") : Path.GetFullPath(text);

    /// <summary>An address and a port, such as <c>127.0.0.1:9092</c>, <c>[::1]:9092</c>, <c>localhost:9092</c> or <c>*:9092</c> for all addresses.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static IPEndPoint EndPoint(string text)
    {
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "" : text[..colon];
        string? address = host switch { "localhost" => "127.0.0.1", "*" => "[::]", _ => host };
        return colon > 0 && IPAddress.TryParse(address, out IPAddress? parsed) && ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            ? new IPEndPoint(parsed, port)
            : throw new FormatException("an IP address (or localhost, or * for all) and a port from 0 to 65535, with a colon between them");
    }

    private static Setting Of(string name, string help, Func<DuramenNodeOptions, string, DuramenNodeOptions> apply) =>
        new(name, help, (options, value) => options with { Node = apply(options.Node, value) });

    private static Setting OfState(string name, string help, Func<StateOptions, string, StateOptions> apply) =>
        Of(name, help, (node, value) => node with { State = apply(node.State, value) });

    private static Setting Exported(string name, string help, Func<TelemetryOptions, string, TelemetryOptions> apply) =>
        new(name, help, (options, value) => options with { Telemetry = apply(options.Telemetry, value) });

    private static DuramenNodeOptions Groups(DuramenNodeOptions node, Func<GroupOptions, GroupOptions> change) =>
        node with { Groups = change(node.Groups ?? new GroupOptions()) };

    private static DuramenNodeOptions Connections(DuramenNodeOptions node, Func<ConnectionLimits, ConnectionLimits> change) =>
        node with { Connections = change(node.Connections) };

    private static int Number(string text, int min, int max) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= min && number <= max
            ? number
            : throw new FormatException(FormattableString.Invariant($"a whole number from {min} to {max}"));

    private static long Bytes(string text, long min) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= min ? number : throw new FormatException(FormattableString.Invariant($"a whole number of bytes, {min} or more"));

    private static double Fraction(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number <= 1 ? number : throw new FormatException("a number from 0 to 1");

    private static Uri Endpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" ? uri : throw new FormatException("a URL such as http://127.0.0.1:4318");

    private static bool Protocol(string text) => text switch { "grpc" => true, "http/protobuf" => false, _ => throw new FormatException("http/protobuf or grpc") };

    private static bool Boolean(string text) => bool.TryParse(text, out bool value) ? value : throw new FormatException("true or false");
}
