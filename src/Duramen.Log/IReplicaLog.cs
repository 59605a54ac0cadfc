using Duramen.Core.Ids;

namespace Duramen.Log;

/// <summary>A log as its owner, a consensus protocol or nobody, sees it: it may say what is committed, and take back what is not.</summary>
public interface IReplicaLog : ILog
{
    /// <summary>What commits records here.</summary>
    CommitRule CommitRule { get; }

    /// <summary>
    /// Commits every record below <paramref name="committed"/>. Going back or standing still does nothing; going past
    /// <see cref="LogWatermarks.Durable"/> commits as far as that and no further, now or later. An offset inside a batch commits what is before the
    /// batch: readers get it whole or not at all. A log that was opened again may have forgotten what it was told, back to its start at most;
    /// its owner says it again.
    /// </summary>
    /// <exception cref="InvalidOperationException">The log commits by itself (<see cref="CommitRule.WhenDurable"/>).</exception>
    void AdvanceCommitted(Offset committed);

    /// <summary>
    /// Removes every record at or after <paramref name="newEnd"/>; durable when it returns. Does nothing when the log ends there or earlier.
    /// An offset inside a batch removes that whole batch, since a batch is never cut. Appends that were called before end first, and the
    /// offsets that are removed are given again. What the log knows of producers goes back with them.
    /// </summary>
    /// <exception cref="LogException"><see cref="LogErrors.OffsetOutOfRange"/>: below the committed end, which is for ever.</exception>
    ValueTask TruncateAsync(Offset newEnd, CancellationToken cancellationToken = default);
}
