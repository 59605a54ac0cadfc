namespace Duramen.State.Store.Recent;

/// <summary>The arrays of a table that grow by doubling, which the next table takes over as they are: by then they have the size that is needed.</summary>
/// <param name="Slots">All of them empty.</param>
/// <param name="Keys">With any content.</param>
/// <param name="Versions">With any content.</param>
internal readonly record struct TableArrays(ulong[] Slots, int[] Keys, int[] Versions)
{
    private const int FirstSlots = 256;
    private const int FirstPlaces = 64;

    /// <summary>The memory in use, in bytes.</summary>
    public long SizeBytes => (Slots.LongLength * sizeof(ulong)) + ((Keys.LongLength + Versions.LongLength) * sizeof(int));

    /// <summary>The arrays of a table of which nothing is known.</summary>
    public static TableArrays Small() => new(new ulong[FirstSlots], new int[FirstPlaces], new int[FirstPlaces]);

    /// <summary>Arrays of the same sizes.</summary>
    public TableArrays Likewise() => new(new ulong[Slots.Length], new int[Keys.Length], new int[Versions.Length]);
}
