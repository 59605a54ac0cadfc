namespace Duramen.Storage.Compaction;

/// <summary>What compaction does with a batch.</summary>
internal enum BatchFate
{
    /// <summary>The batch stays as it is, byte for byte.</summary>
    Kept,

    /// <summary>A new batch with some of its records takes its place.</summary>
    Rewritten,

    /// <summary>Nothing of it stays.</summary>
    Dropped,
}
