using Duramen.Consensus.Contract;
using Duramen.Consensus.Paxos.Slots;
using Duramen.Core.Ids;
using Duramen.Core.Random;
using Xunit;

namespace Duramen.Consensus.Tests.Paxos;

public sealed class SlotLogTests
{
    [Fact]
    public void A_slot_log_is_what_a_dictionary_would_be_whatever_is_done_to_it()
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            var chance = new Prng(seed);
            var disk = new DictionaryReader();
            for (int i = chance.NextInt32(40); i > 0; i--)
            {
                Put(chance, disk, new EntryIndex(1 + chance.NextInt32(100)), null);
            }

            var log = new SlotLog(EntryIndex.Zero, disk);
            for (int step = 0; step < 200; step++)
            {
                Change(chance, log, disk);
                Compare(log, disk);
            }
        }
    }

    [Fact]
    public void An_entry_may_be_put_again_from_its_own_memory()
    {
        var log = new SlotLog(EntryIndex.Zero, new DictionaryReader());
        var header = new EntryHeader(new EntryIndex(3), new Epoch(1), EntryKind.Records, 1);
        log.Put(header, [7, 8, 9], new PersistId(1));
        log.Put(header with { AcceptedIn = new Epoch(5) }, log.Read(header.Index).Payload, new PersistId(2));
        Assert.Equal([7, 8, 9], log.Read(header.Index).Payload.ToArray());
        Assert.Equal((5, 2), (log.HeaderAt(header.Index).AcceptedIn.Number, log.WriteOf(header.Index).Value));
        Assert.False(log.Has(new EntryIndex(2)));
    }

    [Fact]
    public void What_leaves_the_memory_is_read_from_disk_and_was_synced_long_ago()
    {
        var chance = new Prng(1);
        var disk = new DictionaryReader();
        var log = new SlotLog(EntryIndex.Zero, disk);
        for (int index = 1; index <= 10; index++)
        {
            Put(chance, disk, new EntryIndex(index), log);
        }

        Assert.Equal(0, disk.Reads);
        log.Shrink(new EntryIndex(7), limitBytes: 0);
        Assert.Equal(new EntryIndex(3), log.Read(new EntryIndex(3)).Header.Index);
        Assert.Equal(1, disk.Reads);
        Assert.Equal(PersistId.None, log.WriteOf(new EntryIndex(3)));
        Assert.NotEqual(PersistId.None, log.WriteOf(new EntryIndex(8)));
    }

    private static void Change(Prng chance, SlotLog log, DictionaryReader disk)
    {
        switch (chance.NextInt32(14))
        {
            case 0:
                var upTo = new EntryIndex(log.First.Value + chance.NextInt32(12));
                log.TrimTo(upTo);
                disk.Trim(upTo);
                break;
            case 1:
                log.Shrink(log.Last, chance.NextInt32(200));
                break;
            default:
                Put(chance, disk, new EntryIndex(log.First.Value + chance.NextInt32((int)(log.Last.Value - log.First.Value) + 9)), log);
                break;
        }
    }

    private static void Put(Prng chance, DictionaryReader disk, EntryIndex index, SlotLog? log)
    {
        var header = new EntryHeader(index, new Epoch(1 + chance.NextInt32(5)), EntryKind.Records, 1) { AcceptedIn = new Epoch(6 + chance.NextInt32(5)) };
        byte[] payload = [.. Enumerable.Range(0, chance.NextInt32(20)).Select(at => (byte)(at + header.Epoch.Number))];
        log?.Put(header, payload, new PersistId(1));
        disk.Entries[index] = (header, payload);
        disk.Trim(EntryIndex.Zero);
    }

    private static void Compare(SlotLog log, DictionaryReader disk)
    {
        Assert.Equal((disk.First, disk.Last), (log.First, log.Last));
        for (EntryIndex index = log.First; index <= log.Last.Next; index = index.Next)
        {
            Assert.Equal(disk.Contains(index), log.Has(index));
            if (log.Has(index))
            {
                (EntryHeader header, byte[] payload) = disk.Entries[index];
                Assert.Equal(header, log.HeaderAt(index));
                Assert.Equal(header, log.Read(index).Header);
                Assert.True(log.Read(index).Payload.SequenceEqual(payload));
            }
        }
    }

    private sealed class DictionaryReader : IEntryReader
    {
        public SortedDictionary<EntryIndex, (EntryHeader Header, byte[] Payload)> Entries { get; } = [];

        public int Reads { get; private set; }

        public EntryIndex First { get; private set; } = new(1);

        public EntryIndex Last { get; private set; }

        public bool Contains(EntryIndex index) => Entries.ContainsKey(index);

        public EntryHeader ReadHeader(EntryIndex index) => Entries[index].Header;

        public EntryView Read(EntryIndex index)
        {
            Reads++;
            return new EntryView(Entries[index].Header, Entries[index].Payload);
        }

        public void Trim(EntryIndex upTo)
        {
            foreach (EntryIndex gone in Entries.Keys.Where(index => index <= upTo).ToArray())
            {
                Entries.Remove(gone);
            }

            First = EntryIndex.Max(First, upTo.Next);
            Last = EntryIndex.Max(Last, EntryIndex.Max(upTo, Entries.Count > 0 ? Entries.Keys.Last() : EntryIndex.Zero));
        }
    }
}
