using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Viewstamped.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Xunit;

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
    public void Parts_of_a_log_come_back_with_their_entries()
    {
        byte[] bytes = Part(previous: 4, (5, 2), (6, 3));
        Assert.True(LogPart.TryRead(new SpanReader(bytes), new Epoch(3), out LogPart read));
        Assert.Equal((4, 2, 6, 3), (read.Previous.Value, read.Count, read.Last.Value, read.Start.Value));
        SpanReader entries = read.Entries;
        Assert.True(EntryCodec.TryRead(ref entries, out EntryView entry));
        Assert.Equal([1, 2, 3], entry.Payload.ToArray());
        Assert.All(Cuts(bytes), cut => Assert.False(LogPart.TryRead(new SpanReader(cut), new Epoch(3), out _)));
    }

    [Fact]
    public void Entries_that_do_not_follow_each_other_or_come_from_a_later_era_are_refused()
    {
        Assert.False(LogPart.TryRead(new SpanReader(Part(4, (5, 2), (7, 2))), new Epoch(3), out _));
        Assert.False(LogPart.TryRead(new SpanReader(Part(4, (6, 2))), new Epoch(3), out _));
        Assert.False(LogPart.TryRead(new SpanReader(Part(4, (5, 3), (6, 2))), new Epoch(3), out _));
        Assert.True(LogPart.TryRead(new SpanReader(Part(4, (5, EraNumber.EpochsPerEra + 3))), new Epoch(3), out _));
        Assert.False(LogPart.TryRead(new SpanReader(Part(4, (5, 2 * EraNumber.EpochsPerEra))), new Epoch(3), out _));
    }

    [Fact]
    public void Views_are_ordered_by_era_first()
    {
        var last = new Epoch(EraNumber.EpochsPerEra - 1);
        Epoch next = EraNumber.BegunIn(new Epoch(3));
        Assert.True(next > last);
        Assert.Equal((1, 3), (EraNumber.Of(next), EraNumber.Within(next)));
        Assert.Equal(new Epoch(3), EraNumber.MadeIn(next, era: 0));
        Assert.Equal(next, EraNumber.MadeIn(next, era: 1));
        Assert.Equal(("3", "1.3"), (EraNumber.ToText(new Epoch(3)), EraNumber.ToText(next)));
    }

    private delegate void Writing(ref SpanWriter writer);

    private static byte[] Write(int sizeBytes, Writing write)
    {
        byte[] bytes = new byte[sizeBytes];
        var writer = new SpanWriter(bytes);
        write(ref writer);
        Assert.Equal(sizeBytes, writer.Position);
        return bytes;
    }

    private static byte[] Part(long previous, params (long Index, long View)[] entries)
    {
        byte[] payload = [1, 2, 3];
        byte[] bytes = new byte[LogPart.FixedSizeBytes + (entries.Length * (EntryCodec.HeaderSizeBytes + payload.Length))];
        var writer = new SpanWriter(bytes);
        LogPart.WriteFixed(ref writer, new EntryIndex(previous), new Epoch(2), new EntryIndex(1), new EntryIndex(3), 6, entries.Length);
        foreach ((long index, long view) in entries)
        {
            var entry = new EntryView(new EntryHeader(new EntryIndex(index), new Epoch(view), EntryKind.Records, 1), payload);
            EntryCodec.Write(entry, writer.Take(EntryCodec.SizeOf(entry)));
        }

        return bytes;
    }

    private static IEnumerable<byte[]> Cuts(byte[] bytes) => Enumerable.Range(0, bytes.Length).Select(length => bytes[..length]).Append([.. bytes, 0]);
}
