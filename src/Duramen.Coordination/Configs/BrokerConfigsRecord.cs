using System.Collections.Immutable;
using Duramen.Coordination.Catalog;
using Duramen.Core.Binary;

namespace Duramen.Coordination.Configs;

/// <summary>The record of what was set on a broker, or on all: all of it in one. <c>docs/catalog.md</c> has the bytes.</summary>
internal static class BrokerConfigsRecord
{
    private const short Version = 0;

    public static byte[] Key(string broker)
    {
        byte[] key = new byte[sizeof(short) + CatalogRecord.SizeOf(broker)];
        var writer = new SpanWriter(key);
        writer.WriteInt16((short)CatalogRecordKind.BrokerConfigs);
        CatalogRecord.WriteText(ref writer, broker);
        return key;
    }

    /// <summary>The value; null when nothing is set any more.</summary>
    public static byte[]? Value(ImmutableSortedDictionary<string, string> configs)
    {
        if (configs.IsEmpty)
        {
            return null;
        }

        byte[] value = new byte[sizeof(short) + CatalogRecord.SizeOf(configs)];
        var writer = new SpanWriter(value);
        writer.WriteInt16(Version);
        CatalogRecord.WriteConfigs(ref writer, configs);
        return value;
    }

    /// <summary>Reads what follows the kind in a key.</summary>
    public static string ReadKey(ref SpanReader reader)
    {
        string broker = CatalogRecord.ReadText(ref reader);
        CatalogRecord.RequireEnd(reader);
        return broker;
    }

    public static ImmutableSortedDictionary<string, string> ReadValue(NullableBytes value)
    {
        if (value.IsNull)
        {
            return ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
        }

        var reader = new SpanReader(value);
        CatalogRecord.RequireVersion(reader.ReadInt16(), Version);
        ImmutableSortedDictionary<string, string> configs = CatalogRecord.ReadConfigs(ref reader);
        CatalogRecord.RequireEnd(reader);
        return configs;
    }
}
