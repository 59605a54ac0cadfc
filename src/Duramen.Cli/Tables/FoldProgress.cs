using Duramen.Cli.Streams;
using Duramen.State.Tables.Topics;

namespace Duramen.Cli.Tables;

/// <summary>Waits for a table, and says to whoever looks how far it has come.</summary>
internal static class FoldProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Waits until a table has everything that is committed now, and opens it.</summary>
    /// <exception cref="State.Tables.TableException">A record cannot be folded.</exception>
    public static async Task<TopicSnapshot> OpenSnapshotAsync(TopicTable table, string topic, CancellationToken interrupted)
    {
        Moment end = table.Committed;
        Task<TopicSnapshot> folding = table.OpenSnapshotAsync(end, interrupted).AsTask();
        while (Messages.IsTerminal && await Task.WhenAny(folding, Task.Delay(Interval, CancellationToken.None)).ConfigureAwait(false) != folding)
        {
            Messages.Progress(FormattableString.Invariant($"folding '{Wording.Name(topic)}': {Sum(table.Position)} of {Sum(end)} offsets"));
        }

        Messages.Progress("");
        return await folding.ConfigureAwait(false);
    }

    private static long Sum(Moment moment) => moment.Offsets.Sum(static one => one.Offset.Value);
}
