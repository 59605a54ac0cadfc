using System.Collections.Immutable;
using System.Text;
using Duramen.Core.Binary;
using Duramen.Core.Errors;

namespace Duramen.Coordination.Catalog;

/// <summary>What all records of the catalog's log have in common.</summary>
internal static class CatalogRecord
{
    /// <summary>A value says its version; this code knows versions up to its own.</summary>
    public static void RequireVersion(short version, short known)
    {
        if (version < 0 || version > known)
        {
            throw new BinaryFormatException(CoreErrors.InputMalformed, $"The value has version {version}; version {known} is the newest that is known here.");
        }
    }

    /// <summary>A key or value ends where its fields do.</summary>
    public static void RequireEnd(SpanReader reader)
    {
        if (!reader.IsAtEnd)
        {
            throw new BinaryFormatException(CoreErrors.InputMalformed, $"{reader.Remaining} bytes follow the last field.");
        }
    }

    public static int SizeOf(string text) => sizeof(int) + Encoding.UTF8.GetByteCount(text);

    public static void WriteText(ref SpanWriter writer, string text)
    {
        writer.WriteInt32(Encoding.UTF8.GetByteCount(text));
        writer.WriteUtf8(text);
    }

    public static string ReadText(ref SpanReader reader) => reader.ReadUtf8(reader.ReadInt32());

    /// <summary>The size of configs: their number, then name and value of each.</summary>
    public static int SizeOf(ImmutableSortedDictionary<string, string> configs) => sizeof(int) + configs.Sum(config => SizeOf(config.Key) + SizeOf(config.Value));

    public static void WriteConfigs(ref SpanWriter writer, ImmutableSortedDictionary<string, string> configs)
    {
        writer.WriteInt32(configs.Count);
        foreach ((string name, string value) in configs)
        {
            WriteText(ref writer, name);
            WriteText(ref writer, value);
        }
    }

    public static ImmutableSortedDictionary<string, string> ReadConfigs(ref SpanReader reader)
    {
        int count = reader.ReadInt32();
        var configs = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            string name = ReadText(ref reader);
            configs[name] = ReadText(ref reader);
        }

        return configs.ToImmutable();
    }
}
