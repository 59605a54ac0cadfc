using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Core.Binary;
using Duramen.Simulation.Disks;

namespace Duramen.Simulation.Exploration;

/// <summary>
/// What is on a disk, in one number: what a start would find, however it was written, and the writes that are not synced.
/// </summary>
internal static class DiskFingerprint
{
    public static ulong Of(SimulatedDisk disk)
    {
        DiskFile file = disk.Durable;
        var entries = new SortedDictionary<long, ulong>();
        HardState hard = default;
        int position = 0;
        for (long sequence = 1; position < file.SyncedBytes && Frame.TryRead(file.Live, position, sequence, out Frame frame, out int sizeBytes); sequence++)
        {
            hard = frame.HardState;
            Take(frame, entries);
            position += sizeBytes;
        }

        ulong digest = Digest.Mix(Digest.Mix((ulong)hard.Current.Number, (ulong)hard.Current.Node.Value), (ulong)hard.Established.Number);
        digest = Digest.Mix(Digest.Mix(digest, (ulong)hard.Established.Node.Value), (ulong)hard.Vote.Node.Value);
        foreach (ulong entry in entries.Values)
        {
            digest = Digest.Mix(digest, entry);
        }

        while (position < file.LengthBytes)
        {
            // A frame's header holds its place in the file, which means nothing.
            int body = new SpanReader(file.Live[position..]).ReadInt32();
            digest = Digest.Of(file.Live.Slice(position + Frame.HeaderBytes, body), digest);
            position += Frame.HeaderBytes + body;
        }

        return digest;
    }

    private static void Take(in Frame frame, SortedDictionary<long, ulong> entries)
    {
        while (frame.TruncateFrom.Value > 0 && entries.Count > 0 && entries.Keys.Last() >= frame.TruncateFrom.Value)
        {
            entries.Remove(entries.Keys.Last());
        }

        var reader = new SpanReader(frame.Entries);
        while (!reader.IsAtEnd)
        {
            int start = reader.Position;
            EntryCodec.TryRead(ref reader, out EntryView entry);
            entries[entry.Header.Index.Value] = Digest.Of(frame.Entries[start..reader.Position]);
        }
    }
}
