using System.Buffers;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.State.Store.Keys;
using Duramen.State.Store.Runs;

namespace Duramen.State.Store.Merging;

/// <summary>
/// Makes one run of several that follow each other in time, and leaves out what nobody can see any more: a version is seen as of offsets up to the one
/// after which the key has a newer version, so when that newer one is below the horizon the older is seen by nobody who may ask.
/// </summary>
internal static class RunMerge
{
    // So often a merge lets what is more urgent happen: a fold that waits for memory.
    private const int VersionsBetweenPauses = 4096;

    /// <summary>Writes the merged run, which may have no versions.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="folder">The store's folder.</param>
    /// <param name="number">The number of the new run.</param>
    /// <param name="inputs">Oldest first.</param>
    /// <param name="seen">What of them can still be seen.</param>
    /// <param name="level">The level of the new run.</param>
    /// <param name="blockMaxBytes">What a block is closed at.</param>
    /// <param name="buffers">The memory to work in.</param>
    /// <param name="pause">Called now and then; it may make another run, in memory of its own.</param>
    public static RunState Run(
        IDisk disk, string folder, long number, ReadOnlySpan<Run> inputs, MergeSight seen, int level, int blockMaxBytes, RunBuffers buffers, Action pause)
    {
        long keysMax = 0;
        var sources = new VersionSource[inputs.Length];
        for (int index = 0; index < inputs.Length; index++)
        {
            keysMax += inputs[index].Footer.Keys;
            sources[inputs.Length - 1 - index] = new RunSource(inputs[index], isLong: true);
        }

        using var merged = new MergedVersions(sources);
        using var writer = new RunWriter(disk, folder, number, inputs[0].State.From, inputs[0].Footer.BaseTimestampMs, keysMax, blockMaxBytes, buffers);
        WriteVersions(merged, writer, seen, pause);
        foreach (Run input in inputs)
        {
            WriteChanges(input, writer, seen.Horizon.Value, pause);
        }

        return writer.Finish(inputs[^1].State.To, level);
    }

    private static void WriteVersions(MergedVersions merged, RunWriter writer, MergeSight seen, Action pause)
    {
        int untilPause = VersionsBetweenPauses;
        merged.Seek([]);
        while (merged.MoveNextKey())
        {
            bool isSameKey = false;
            KeyHash hash = default;
            do
            {
                if (--untilPause == 0)
                {
                    pause();
                    untilPause = VersionsBetweenPauses;
                }

                VersionSource version = merged.Current;
                bool isLast = version.Offset < seen.Horizon.Value;
                if (!(isLast && version.IsRemoval && seen.IsOldest) && version.Offset >= seen.Forgotten.Value)
                {
                    hash = isSameKey ? hash : KeyHash.Of(version.Key);
                    writer.Add(version.Key, hash, isSameKey, version.Offset, version.TimestampMs, version.Value);
                    isSameKey = true;
                }

                if (isLast)
                {
                    break;
                }
            }
            while (merged.MoveNextVersion());
        }
    }

    private static void WriteChanges(Run input, RunWriter writer, long horizon, Action pause)
    {
        ChangeIndex changes = input.Changes;
        for (int block = changes.FindSince(horizon); block < changes.Count; block++)
        {
            pause();

            // The block before the first that begins at the horizon may end behind it.
            int size = changes.SizeOf(block);
            byte[] bytes = ArrayPool<byte>.Shared.Rent(size);
            input.ReadExactly(bytes.AsSpan(0, size), changes.PositionOf(block));
            input.Verify(bytes.AsSpan(0, size), changes.PositionOf(block));
            writer.AddChanges(bytes.AsSpan(0, size), changes.FirstOffsetOf(block));
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
