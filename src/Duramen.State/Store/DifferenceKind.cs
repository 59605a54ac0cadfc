namespace Duramen.State.Store;

/// <summary>What happened to a key between two offsets.</summary>
public enum DifferenceKind
{
    /// <summary>It had no value and has one.</summary>
    Added,

    /// <summary>It has another value.</summary>
    Changed,

    /// <summary>It had a value and has none.</summary>
    Removed,
}
