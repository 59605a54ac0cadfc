using Duramen.Coordination.Configs;

namespace Duramen.Broker.Handlers.Configs;

/// <summary>The numbers by which requests and responses name what has settings, where a value comes from, and what it is.</summary>
internal static class ConfigNumbers
{
    public const sbyte TopicResource = 2;
    public const sbyte BrokerResource = 4;

    private const sbyte FromTopic = 1;
    private const sbyte FromBroker = 2;
    private const sbyte FromAllBrokers = 3;
    private const sbyte FromNode = 4;
    private const sbyte FromNobody = 5;

    public static sbyte OfSource(ConfigSource source) => source switch
    {
        ConfigSource.Topic => FromTopic,
        ConfigSource.Broker => FromBroker,
        ConfigSource.AllBrokers => FromAllBrokers,
        ConfigSource.Node => FromNode,
        _ => FromNobody,
    };

    public static sbyte OfType(ConfigType type) => type switch
    {
        ConfigType.Boolean => 1,
        ConfigType.Text => 2,
        ConfigType.Number32 => 3,
        ConfigType.Number64 => 5,
        ConfigType.Fraction => 6,
        ConfigType.List => 7,
        _ => 0,
    };
}
