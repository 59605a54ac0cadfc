using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Tests.Messages;
using Duramen.Consensus.Viewstamped.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Xunit;
using static Duramen.Consensus.Tests.Messages.MessageBytes;

namespace Duramen.Consensus.Tests.Viewstamped;

/// <summary>Each body comes back as it was written, and is refused when it is cut anywhere.</summary>
public sealed class ViewstampedMessageTests
{
    [Fact]
    public void Acknowledgements_come_back()
    {
        var response = new PrepareOk(new EntryIndex(9), 77);
        byte[] bytes = Write(PrepareOk.SizeBytes, (ref SpanWriter writer) => response.Write(ref writer));
        Assert.True(PrepareOk.TryRead(new SpanReader(bytes), out PrepareOk read));
        Assert.Equal(response, read);
        Assert.All(Cuts(bytes), cut => Assert.False(PrepareOk.TryRead(new SpanReader(cut), out _)));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Questions_for_a_view_come_back(bool isTransfer, bool isAnswer)
    {
        var request = new StartViewChange(new Epoch(EraNumber.EpochsPerEra + 3), isTransfer, isAnswer);
        byte[] bytes = Write(StartViewChange.SizeBytes, (ref SpanWriter writer) => request.Write(ref writer));
        Assert.True(StartViewChange.TryRead(new SpanReader(bytes), out StartViewChange read));
        Assert.Equal(request, read);
        Assert.All(Cuts(bytes), cut => Assert.False(StartViewChange.TryRead(new SpanReader(cut), out _)));
    }

    [Fact]
    public void Reports_come_back()
    {
        var report = new DoViewChange(new Epoch(4), new EntryIndex(9), new Epoch(3), new EntryIndex(7));
        byte[] bytes = Write(DoViewChange.SizeBytes, (ref SpanWriter writer) => report.Write(ref writer));
        Assert.True(DoViewChange.TryRead(new SpanReader(bytes), out DoViewChange read));
        Assert.Equal(report, read);
        Assert.All(Cuts(bytes), cut => Assert.False(DoViewChange.TryRead(new SpanReader(cut), out _)));
    }

    [Fact]
    public void Questions_for_state_come_back_and_none_is_for_what_is_before_everything()
    {
        var request = new GetState(new EntryIndex(9), new Epoch(3));
        byte[] bytes = Write(GetState.SizeBytes, (ref SpanWriter writer) => request.Write(ref writer));
        Assert.True(GetState.TryRead(new SpanReader(bytes), out GetState read));
        Assert.Equal(request, read);
        Assert.All(Cuts(bytes), cut => Assert.False(GetState.TryRead(new SpanReader(cut), out _)));
        byte[] before = Write(GetState.SizeBytes, (ref SpanWriter writer) => new GetState(new EntryIndex(-1), Epoch.Zero).Write(ref writer));
        Assert.False(GetState.TryRead(new SpanReader(before), out _));
    }

    [Fact]
    public void Notes_of_an_era_come_back()
    {
        var note = new StartEra(new EntryIndex(9), new Epoch(EraNumber.EpochsPerEra));
        byte[] bytes = Write(StartEra.SizeBytes, (ref SpanWriter writer) => note.Write(ref writer));
        Assert.True(StartEra.TryRead(new SpanReader(bytes), out StartEra read));
        Assert.Equal(note, read);
        Assert.All(Cuts(bytes), cut => Assert.False(StartEra.TryRead(new SpanReader(cut), out _)));
    }

    [Fact]
    public void Parts_of_a_log_come_back_with_the_start_of_their_view()
    {
        byte[] bytes = Part(start: 3, MessageBytes.Part(previous: 4, (5, 2), (6, 3)));
        Assert.True(ViewPart.TryRead(new SpanReader(bytes), new Epoch(3), out ViewPart read));
        Assert.Equal((3, 4, 6), (read.Start.Value, read.Log.Previous.Value, read.Log.Last.Value));
        Assert.All(Cuts(bytes), cut => Assert.False(ViewPart.TryRead(new SpanReader(cut), new Epoch(3), out _)));
    }

    [Fact]
    public void Entries_of_the_next_era_are_taken_and_those_of_later_ones_refused()
    {
        Assert.True(ViewPart.TryRead(new SpanReader(Part(3, MessageBytes.Part(4, (5, EraNumber.EpochsPerEra + 3)))), new Epoch(3), out _));
        Assert.False(ViewPart.TryRead(new SpanReader(Part(3, MessageBytes.Part(4, (5, 2 * EraNumber.EpochsPerEra)))), new Epoch(3), out _));
    }

    private static byte[] Part(long start, byte[] log) =>
    [
        .. Write(sizeof(long), (ref SpanWriter writer) => ViewPart.WriteStart(ref writer, new EntryIndex(start))),
        .. log,
    ];
}
