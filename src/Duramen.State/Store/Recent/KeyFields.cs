namespace Duramen.State.Store.Recent;

/// <summary>A key in the arena, before its bytes.</summary>
internal struct KeyFields
{
    public const int SizeBytes = 24;

    /// <summary>The hash, of which a filter is made when the table is written.</summary>
    public ulong HashFirst;
    public ulong HashSecond;

    /// <summary>The place of the newest version. Written by the owner while others read: through <see cref="Volatile"/> only.</summary>
    public int Newest;

    public int Length;
}
