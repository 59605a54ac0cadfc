using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Xunit;
using static Duramen.Consensus.Tests.Messages.MessageBytes;

namespace Duramen.Consensus.Tests.Messages;

public sealed class LogPartTests
{
    [Fact]
    public void A_part_comes_back_with_its_entries_and_is_refused_when_it_is_cut_anywhere()
    {
        byte[] bytes = Part(previous: 4, (5, 2), (6, 3));
        Assert.True(LogPart.TryRead(new SpanReader(bytes), new Epoch(3), out LogPart read));
        Assert.Equal((4, 2, 6, 1, 6), (read.Previous.Value, read.Count, read.Last.Value, read.Committed.Value, read.Round));
        SpanReader entries = read.Entries;
        Assert.True(EntryCodec.TryRead(ref entries, out EntryView entry));
        Assert.Equal([1, 2, 3], entry.Payload.ToArray());
        Assert.All(Cuts(bytes), cut => Assert.False(LogPart.TryRead(new SpanReader(cut), new Epoch(3), out _)));
    }

    [Fact]
    public void Entries_that_do_not_follow_each_other_or_come_from_the_future_are_refused()
    {
        Assert.False(LogPart.TryRead(new SpanReader(Part(4, (5, 2), (7, 2))), new Epoch(3), out _));
        Assert.False(LogPart.TryRead(new SpanReader(Part(4, (6, 2))), new Epoch(3), out _));
        Assert.False(LogPart.TryRead(new SpanReader(Part(4, (5, 3), (6, 2))), new Epoch(3), out _));
        Assert.False(LogPart.TryRead(new SpanReader(Part(4, (5, 4))), new Epoch(3), out _));
    }
}
