using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Core.Ids;
using Duramen.Core.Random;
using Xunit;

namespace Duramen.Consensus.Tests.Entries;

public sealed class EntryLogTests
{
    [Fact]
    public void A_log_is_what_a_list_would_be_whatever_is_done_to_it()
    {
        for (ulong seed = 1; seed <= 100; seed++)
        {
            var chance = new Prng(seed);
            var disk = new ListReader();
            var log = new EntryLog(EntryIndex.Zero, Epoch.Zero, disk);
            for (int step = 0; step < 300; step++)
            {
                Change(chance, log, disk);
                Compare(log, disk);
            }
        }
    }

    [Fact]
    public void What_leaves_the_memory_is_read_from_disk()
    {
        var disk = new ListReader();
        var log = new EntryLog(EntryIndex.Zero, Epoch.Zero, disk);
        for (int i = 1; i <= 10; i++)
        {
            Append(log, disk, term: 1);
        }

        log.Shrink(new EntryIndex(7), limitBytes: 0);
        Assert.Equal(0, disk.Reads);
        Assert.Equal(new EntryIndex(3), log.Read(new EntryIndex(3)).Header.Index);
        Assert.Equal(1, disk.Reads);
        log.Read(new EntryIndex(8));
        Assert.Equal(1, disk.Reads);
    }

    private static void Change(Prng chance, EntryLog log, ListReader disk)
    {
        int count = (int)(log.Last.Value - log.First.Value + 1);
        switch (chance.NextInt32(12))
        {
            case 0 when count > 0:
                var from = new EntryIndex(log.First.Value + chance.NextInt32(count));
                log.TruncateFrom(from);
                disk.Entries.RemoveAll(entry => entry.Header.Index >= from);
                break;
            case 1 when count > 0:
                var upTo = new EntryIndex(log.First.Value + chance.NextInt32(count));
                disk.Before = disk.EpochAt(upTo);
                log.TrimTo(upTo);
                disk.Entries.RemoveAll(entry => entry.Header.Index <= upTo);
                disk.FirstIndex = upTo.Next;
                break;
            case 2:
                log.Shrink(log.Last, chance.NextInt32(200));
                break;
            case 3 when chance.NextInt32(8) == 0:
                var index = new EntryIndex(log.Last.Value + chance.NextInt32(5));
                log.Reset(index, new Epoch(99));
                disk.Entries.Clear();
                disk.FirstIndex = index.Next;
                disk.Before = new Epoch(99);
                break;
            default:
                Append(log, disk, log.LastEpoch.Number + (chance.NextInt32(6) == 0 ? 1 : 0));
                break;
        }
    }

    private static void Append(EntryLog log, ListReader disk, long term)
    {
        var header = new EntryHeader(log.Last.Next, new Epoch(term), EntryKind.Records, 1);
        byte[] payload = [.. Enumerable.Range(0, (int)(header.Index.Value % 40)).Select(at => (byte)(at + term))];
        log.Append(header, payload);
        disk.Entries.Add((header, payload));
    }

    private static void Compare(EntryLog log, ListReader disk)
    {
        Assert.Equal((disk.First, disk.Last), (log.First, log.Last));
        Assert.Equal(disk.Before, log.EpochAt(log.First.Previous));
        Assert.False(log.Knows(log.Last.Next));
        foreach ((EntryHeader header, byte[] payload) in disk.Entries)
        {
            EntryView entry = log.Read(header.Index);
            Assert.Equal(header, entry.Header);
            Assert.True(entry.Payload.SequenceEqual(payload));
            Assert.Equal(header.Epoch, log.EpochAt(header.Index));
            Assert.Equal(disk.Entries.First(other => other.Header.Epoch == header.Epoch).Header.Index, log.StartOfRun(header.Index));
        }
    }

    private sealed class ListReader : IEntryReader
    {
        public List<(EntryHeader Header, byte[] Payload)> Entries { get; } = [];

        public EntryIndex FirstIndex { get; set; } = new(1);

        public Epoch Before { get; set; }

        public int Reads { get; private set; }

        public EntryIndex First => FirstIndex;

        public EntryIndex Last => new(FirstIndex.Value + Entries.Count - 1);

        public Epoch EpochAt(EntryIndex index) => Entries.Find(entry => entry.Header.Index == index).Header.Epoch;

        public EntryHeader ReadHeader(EntryIndex index) => Read(index).Header;

        public EntryView Read(EntryIndex index)
        {
            Reads++;
            (EntryHeader header, byte[] payload) = Entries[(int)(index.Value - FirstIndex.Value)];
            return new EntryView(header, payload);
        }
    }
}
