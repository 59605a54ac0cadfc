using System.Globalization;
using System.Net;
using Duramen.Broker.Handlers.Cluster;

namespace Duramen.Broker.Handlers.Configs;

/// <summary>What the broker was started with, under Kafka's names.</summary>
internal static class StartSettings
{
    /// <summary>The value of a setting; null when brokers are not told it here.</summary>
    /// <param name="options">What the broker was started with.</param>
    /// <param name="address">Where whoever asks is told to find it.</param>
    /// <param name="name">The name of the setting.</param>
    public static string? Find(BrokerOptions options, BrokerAddress address, string name) => name switch
    {
        "advertised.listeners" => Text(address.Host, address.Port),
        "auto.create.topics.enable" => options.AutoCreateTopics ? "true" : "false",
        "broker.id" or "node.id" => Text(options.NodeId),
        "connections.max.idle.ms" => Text((long)options.Connections.IdleTimeout.TotalMilliseconds),
        "duramen.http.listener" => options.HttpEndPoint() is not { } http ? null
            : Text(http.Address.Equals(IPAddress.Any) || http.Address.Equals(IPAddress.IPv6Any) ? address.Host : http.Address.ToString(), http.Port),
        "group.initial.rebalance.delay.ms" => Text(options.Groups.InitialRebalanceDelayMs),
        "group.max.session.timeout.ms" => Text(options.Groups.MaxSessionTimeoutMs),
        "group.max.size" => Text(options.Groups.MaxSize),
        "group.min.session.timeout.ms" => Text(options.Groups.MinSessionTimeoutMs),
        "max.connections" => Text(options.Connections.MaxConnections),
        "max.connections.per.ip" => Text(options.Connections.MaxConnectionsPerAddress),
        "max.incremental.fetch.session.cache.slots" => Text(options.MaxFetchSessions),
        "num.partitions" => Text(options.DefaultPartitions),
        "offset.metadata.max.bytes" => Text(options.Groups.OffsetMetadataMaxLength),
        "offsets.retention.minutes" => Text(options.Groups.OffsetsRetentionMs / 60_000),
        "offsets.topic.num.partitions" => Text(options.OffsetsPartitions),
        "socket.request.max.bytes" => Text(options.Connections.MaxFrameBytes),
        _ => null,
    };

    private static string Text(string host, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}");

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
