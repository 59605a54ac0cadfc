using System.Buffers.Binary;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State.Store;

namespace Duramen.State.Tables;

/// <summary>
/// The changes of a table as a log: a record for each version that is put, with its key, its value, null for a removal, and its time. So what a projection computes can be consumed, and folded again, like
/// any log.
/// </summary>
public static class ChangeFeed
{
    /// <summary>The header of each record that has the offset of the change in the table, eight bytes, big-endian; the feed goes on behind the last one.</summary>
    public const string OffsetHeader = "duramen.change.offset";

    // Large enough that an append costs little next to its bytes.
    private const int BatchBytes = 256 << 10;

    /// <summary>
    /// Appends what the log does not have yet, from where it ends, and goes on with what the table changes until it is cancelled. Each change comes once, and all changes of one record come in one batch,
    /// however often this is stopped; where the log takes no conditional appends, only as long as one feed runs at a time.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="target">The log, for this feed alone. An empty one gets the past of the table from its horizon on.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="TableException">As <see cref="Table.OpenSnapshotAsync"/>.</exception>
    /// <exception cref="StoreException"><see cref="StoreErrors.BelowHorizon"/>: the table gave up what the log does not have yet.</exception>
    /// <exception cref="LogException">
    /// The log refused an append; <see cref="LogErrors.Conflict"/>: another feed, or somebody else, appends to it. <see cref="LogErrors.InvalidBatch"/>: what it ends with is of no feed.
    /// </exception>
    public static async Task RunAsync(Table table, ILog target, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(target);
        using var builder = new RecordBatchBuilder();
        Offset end = target.Watermarks.Committed;
        Offset next = await FindNextAsync(target, end, cancellationToken).ConfigureAwait(false) ?? table.Horizon;
        bool isConditional = true;
        while (true)
        {
            using IStoreSnapshot snapshot = await table.OpenSnapshotAsync(next.Plus(1), cancellationToken).ConfigureAwait(false);
            using IVersionCursor changes = snapshot.Changes(next, snapshot.Position);
            for (bool hasMore = changes.MoveNext(); hasMore;)
            {
                hasMore = Fill(builder, changes);
                (end, isConditional) = await AppendAsync(target, builder.Build(), end, isConditional, cancellationToken).ConfigureAwait(false);
                builder.Reset();
            }

            next = snapshot.Position;
        }
    }

    private static async ValueTask<(Offset End, bool IsConditional)> AppendAsync(ILog target, Memory<byte> batch, Offset end, bool isConditional, CancellationToken cancellationToken)
    {
        try
        {
            AppendOptions options = isConditional ? new AppendOptions(ExpectedEnd: end) : default;
            return ((await target.AppendAsync(batch, options, cancellationToken).ConfigureAwait(false)).NextOffset, isConditional);
        }
        catch (LogException refusal) when (isConditional && refusal.Code == LogErrors.NotSupported)
        {
            return await AppendAsync(target, batch, end, isConditional: false, cancellationToken).ConfigureAwait(false);
        }
    }

    // Takes whole offsets until the batch is large; says whether it stands on a version that is not in it.
    private static bool Fill(RecordBatchBuilder builder, IVersionCursor changes)
    {
        Span<byte> value = stackalloc byte[sizeof(long)];
        Offset offset = changes.Current.Offset;
        do
        {
            VersionView version = changes.Current;
            if (version.Offset != offset && builder.SizeBytes >= BatchBytes)
            {
                return true;
            }

            offset = version.Offset;
            BinaryPrimitives.WriteInt64BigEndian(value, offset.Value);
            builder.Append(version.TimestampMs, version.Key, version.Value, [new RecordHeader(OffsetHeader, value.ToArray())]);
        }
        while (changes.MoveNext());
        return false;
    }

    // The offset behind the last change that the log has; null when it has none.
    private static async ValueTask<Offset?> FindNextAsync(ILog target, Offset end, CancellationToken cancellationToken)
    {
        if (end == Offset.Zero)
        {
            return null;
        }

        using LogSlice slice = await target.ReadAsync(new Offset(end.Value - 1), ReadLimits.Default, cancellationToken).ConfigureAwait(false);
        return FindLast(slice.Batches.Span) is Offset last ? last.Plus(1) : throw new LogException(
            LogErrors.InvalidBatch, $"Log '{target.Name}' does not end with the changes of a table.", "Give the feed a log of its own.");
    }

    private static Offset? FindLast(ReadOnlySpan<byte> batches)
    {
        Offset? last = null;
        using var decoder = new RecordBatchDecoder();
        while (RecordBatchView.TryRead(batches, out RecordBatchView batch))
        {
            batches = batches[batch.SizeBytes..];
            last = null;
            if (decoder.Open(batch, out RecordReader reader).IsNone)
            {
                while (reader.TryRead(out RecordView record))
                {
                    foreach (RecordHeaderView header in record.Headers)
                    {
                        last = header.GetKey() == OffsetHeader && header.Value.Length == sizeof(long) ? new Offset(BinaryPrimitives.ReadInt64BigEndian(header.Value.Span)) : last;
                    }
                }
            }
        }

        return last;
    }
}
