using Duramen.Log;

namespace Duramen.State.Tables;

/// <summary>What a table may use, and how much of its past it keeps.</summary>
public sealed record TableOptions
{
    /// <summary>As <see cref="Store.StoreOptions.MemoryBytes"/>.</summary>
    public long MemoryBytes { get; init; } = 256L << 20;

    /// <summary>As <see cref="Store.StoreOptions.DiskBytes"/>.</summary>
    public long DiskBytes { get; init; } = long.MaxValue;

    /// <summary>How far back the table can be read as of, in offsets before its position; null for all of its past.</summary>
    public long? HistoryOffsets { get; init; }

    /// <summary>Told what happened that was not asked for: a rebuild, damage, a disk that failed, a skipped record. May be called on any thread.</summary>
    public Action<string>? Notice { get; init; }

    /// <summary>
    /// Whether what was trimmed from the log, by retention or by hand, is gone from the table at once: it then says the same as a table that is folded from what is left. Its horizon is at or after the start of
    /// the log, and where that was trimmed beyond what was folded, the table is folded anew. For tables of one log whose values are those of single records, as the latest value of each key is. Off by
    /// default: what was folded stays.
    /// </summary>
    public bool ForgetsTrimmed { get; init; }

    /// <summary>
    /// A log for what is decided about records that cannot be folded: each <see cref="Table.Skip"/> and <see cref="Table.Retry"/> is in it, durable, before it takes effect. It can be sealed and audited like any
    /// log. None by default.
    /// </summary>
    public ILog? Decisions { get; init; }

    /// <summary>
    /// For how long the table lets records gather in its log before it folds them all at once, as long as nobody waits for it. With few records at a time most of the work is to wake up for them.
    /// </summary>
    internal TimeSpan GathersFor { get; init; }

    /// <summary>As <see cref="Store.StoreOptions.RecentBytes"/>.</summary>
    internal long RecentBytes { get; init; }
}
