using Duramen.Http;
using Duramen.State.Store;

namespace Duramen.Derived;

/// <summary>How a node keeps what it folds from its topics: their tables and their entities.</summary>
public sealed record StateOptions
{
    /// <summary>
    /// What all that is open may use together, in bytes; 512 MiB by default. A topic gets a quarter of what is left, shared by its partitions; where that is too
    /// little, those are closed that nobody has used for the longest.
    /// </summary>
    public long MemoryBytes { get; init; } = 512L << 20;

    /// <summary>As <see cref="StoreOptions.DiskBytes"/>, for the tables of a topic together.</summary>
    public long DiskBytes { get; init; } = long.MaxValue;

    /// <summary>How long something stays open that nobody uses; 10 minutes by default. What is closed goes on from where it was when it is asked for again.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a read waits until everything is folded that was committed when it was asked for; 10 seconds by default.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>As <see cref="HttpLimits.AnswerTimeout"/>; tests choose less.</summary>
    internal TimeSpan AnswerTimeout { get; init; } = HttpLimits.AnswerTimeout;
}
