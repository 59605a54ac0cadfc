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
}
