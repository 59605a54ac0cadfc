namespace Duramen.State.Store;

/// <summary>What became of one key between two offsets.</summary>
public readonly ref struct DifferenceView
{
    private readonly VersionView _before;
    private readonly VersionView _after;

    internal DifferenceView(VersionView before, VersionView after)
    {
        _before = before;
        _after = after;
    }

    /// <summary>The key.</summary>
    public ReadOnlySpan<byte> Key => Before.Value.IsNull ? After.Key : Before.Key;

    /// <summary>The version as of the first offset; its value is null when there was none.</summary>
    public VersionView Before => _before;

    /// <summary>The version as of the second offset; its value is null when there was none.</summary>
    public VersionView After => _after;

    /// <summary>What happened to the key.</summary>
    public DifferenceKind Kind => Before.Value.IsNull ? DifferenceKind.Added : After.Value.IsNull ? DifferenceKind.Removed : DifferenceKind.Changed;
}
