using Duramen.Disk;
using Duramen.State.Store.Keys;
using Duramen.State.Store.Recent;
using Duramen.State.Store.Runs;

namespace Duramen.State.Store.Disk;

/// <summary>Makes a run of a table.</summary>
internal static class TableWriter
{
    public static RunState Write(IDisk disk, string folder, long number, FrozenTable frozen, int blockMaxBytes, RunBuffers buffers)
    {
        RecentTable table = frozen.Table;
        long baseTimestampMs = table.Version(table.VersionAt(0)).TimestampMs;
        using var writer = new RunWriter(disk, folder, number, table.From, baseTimestampMs, table.KeyCount, blockMaxBytes, buffers);
        WriteVersions(table, writer, buffers);
        int count = table.VersionCount;
        for (int index = 0; index < count; index++)
        {
            ref VersionFields version = ref table.Version(table.VersionAt(index));
            if (version.Key != VersionFields.Replaced)
            {
                writer.AddChange(table.KeyAt(version.Key), version.Offset);
            }
        }

        return writer.Finish(frozen.State.Position, level: 0);
    }

    private static void WriteVersions(RecentTable table, RunWriter writer, RunBuffers buffers)
    {
        Span<int> keys = buffers.Keys(table.KeyCount);
        table.SortKeys(keys, buffers.Words(table.KeyCount));
        foreach (int key in keys)
        {
            KeyHash hash = table.HashOf(key);
            ReadOnlySpan<byte> bytes = table.KeyAt(key);
            long newer = long.MaxValue;
            for (int place = table.NewestOf(key); place != 0; place = table.Version(place).Previous)
            {
                // A second version at one offset replaced the first.
                long offset = table.Version(place).Offset;
                if (offset < newer)
                {
                    VersionView version = table.View(place);
                    writer.Add(bytes, hash, isSameKey: newer != long.MaxValue, offset, version.TimestampMs, version.Value);
                }

                newer = offset;
            }
        }
    }
}
