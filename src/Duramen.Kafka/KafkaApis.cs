using System.Collections.Immutable;

namespace Duramen.Kafka;

/// <summary>Every API that can be read and written.</summary>
public static partial class KafkaApis
{
    private static readonly KafkaApi?[] ByKey = MakeByKey();

    /// <summary>Every API, by number.</summary>
    public static ImmutableArray<KafkaApi> All { get; } = [.. ByKey.OfType<KafkaApi>()];

    /// <summary>The API with this number, or null when it is not known here.</summary>
    public static KafkaApi? Find(short key) => (uint)key < (uint)ByKey.Length ? ByKey[key] : null;

    /// <summary>The API.</summary>
    public static KafkaApi Get(ApiKey key) => ByKey[(short)key]!;

    private static KafkaApi?[] MakeByKey()
    {
        KafkaApi[] table = MakeTable();
        var byKey = new KafkaApi?[(short)table[^1].Key + 1];
        foreach (KafkaApi api in table)
        {
            byKey[(short)api.Key] = api;
        }

        return byKey;
    }
}
