using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Duramen.Cli.Tests;

/// <summary>Rewrites an assembly so that it was built for a runtime that is not there.</summary>
internal static class NewerRuntime
{
    /// <summary>Raises the version of every reference to the runtime, in place: a version is four numbers of two bytes in the table of references.</summary>
    public static byte[] Demand(byte[] assembly)
    {
        byte[] changed = [.. assembly];
        using var reader = new PEReader(ImmutableArray.Create(assembly));
        MetadataReader metadata = reader.GetMetadataReader();
        int table = reader.PEHeaders.MetadataStartOffset + metadata.GetTableMetadataOffset(TableIndex.AssemblyRef);
        int row = 0;
        foreach (AssemblyReferenceHandle handle in metadata.AssemblyReferences)
        {
            if (metadata.GetString(metadata.GetAssemblyReference(handle).Name).StartsWith("System.", StringComparison.Ordinal))
            {
                changed[table + (row * metadata.GetTableRowSize(TableIndex.AssemblyRef))] = 99;
            }

            row++;
        }

        return changed;
    }
}
