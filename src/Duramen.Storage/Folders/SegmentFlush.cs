using System.Runtime.ExceptionServices;
using Duramen.Disk;
using Duramen.Storage.Logs;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Folders;

/// <summary>Writes what segments hold in memory to their files, and syncs those. One thread at a time works on one segment: the checkpointer's lock sees to it.</summary>
internal static class SegmentFlush
{
    // Syncs of different files overlap in the kernel: four of them take little longer than one.
    private const int ParallelLogs = 4;

    /// <summary>
    /// Takes leases on the segments of logs, so that they can be flushed even if the logs drop them meanwhile: the catalog that is being made
    /// lists them. Called under the journal's apply lock.
    /// </summary>
    public static List<FlushTarget> Prepare(List<DiskLog> logs)
    {
        var targets = new List<FlushTarget>(logs.Count);
        foreach (DiskLog log in logs)
        {
            targets.Add(new FlushTarget(log, Array.FindAll(log.Segments, segment => segment.TryAcquire())));
        }

        return targets;
    }

    /// <summary>
    /// Brings every batch that was durable when this began into its segment's file and frees the memory it took; with
    /// <paramref name="sync"/> it is durable there too, and so is the index.
    /// </summary>
    public static void Run(List<FlushTarget> targets, bool sync)
    {
        if (targets.Count <= ParallelLogs)
        {
            targets.ForEach(Flush);
            return;
        }

        void Flush(FlushTarget target)
        {
            foreach (Segment segment in target.Segments)
            {
                SegmentFlush.Flush(target.Log, segment, sync);
            }
        }

        try
        {
            Parallel.ForEach(targets, new ParallelOptions { MaxDegreeOfParallelism = ParallelLogs }, Flush);
        }
        catch (AggregateException exception)
        {
            // The first cause, as a single flush would have thrown it.
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }

    /// <summary>Ends the leases of <see cref="Prepare"/>.</summary>
    public static void Release(List<FlushTarget> targets)
    {
        foreach (FlushTarget target in targets)
        {
            Array.ForEach(target.Segments, segment => segment.Release());
        }
    }

    private static void Flush(DiskLog log, Segment segment, bool sync)
    {
        var runs = new List<(uint Position, ReadOnlyMemory<byte> Bytes)>();
        SegmentState state;
        int firstEntry;
        IndexEntry[] entries;
        lock (log.Sync)
        {
            state = segment.State;
            firstEntry = segment.Index.PersistedEntries;
            entries = sync ? segment.Index.CopyFrom(firstEntry) : [];
            segment.Tail.CollectRuns(segment.FlushedBytes, state.SizeBytes, runs);
        }

        if (runs.Count > 0)
        {
            IDiskFile file = segment.OpenFile();
            foreach ((uint position, ReadOnlyMemory<byte> bytes) in runs)
            {
                file.Write(bytes.Span, position);
            }

            segment.HasUnsyncedBytes = true;
        }

        if (sync && segment.HasUnsyncedBytes)
        {
            segment.OpenFile().Sync();
            segment.HasUnsyncedBytes = false;
        }

        if (entries.Length > 0)
        {
            using IDiskFile index = log.Context.Disk.Open(segment.IndexPath, DiskFileMode.OpenOrCreate);
            IndexFile.Write(index, log.Id, segment.Id, firstEntry, entries);
            index.Sync();
            segment.MarkNamesNew(firstEntry == 0);
        }

        if (sync)
        {
            segment.SyncNames();
        }

        lock (log.Sync)
        {
            segment.FlushedBytes = Math.Min(state.SizeBytes, segment.State.SizeBytes);
            segment.Tail.Release(segment.FlushedBytes);
            segment.Index.PersistedEntries = Math.Min(firstEntry + entries.Length, segment.State.IndexEntries);
        }
    }

    /// <summary>The segments of one log, leased.</summary>
    internal readonly record struct FlushTarget(DiskLog Log, Segment[] Segments);
}
