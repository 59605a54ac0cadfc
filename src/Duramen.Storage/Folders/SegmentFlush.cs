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
        int next = -1;
        Exception? failure = null;

        // Syncing waits for the disk, which several can do at once; writing keeps a processor busy. No thread of the pool is taken for either, because
        // the pool has the answers of appends to give: with 1,000 logs that made the slowest hundredth of them a third faster.
        var helpers = new Thread[sync ? Math.Max(0, Math.Min(ParallelLogs, targets.Count) - 1) : 0];
        for (int index = 0; index < helpers.Length; index++)
        {
            helpers[index] = new Thread(FlushSome) { IsBackground = true, Name = "duramen-flush" };
            helpers[index].Start();
        }

        FlushSome();
        Array.ForEach(helpers, helper => helper.Join());
        if (failure is not null)
        {
            // The first cause, as a single flush would have thrown it.
            ExceptionDispatchInfo.Throw(failure);
        }

        void FlushSome()
        {
            int index;
            while (Volatile.Read(ref failure) is null && (index = Interlocked.Increment(ref next)) < targets.Count)
            {
                try
                {
                    foreach (Segment segment in targets[index].Segments)
                    {
                        Flush(targets[index].Log, segment, sync);
                    }
                }
                catch (Exception exception)
                {
                    Interlocked.CompareExchange(ref failure, exception, null);
                }
            }
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
