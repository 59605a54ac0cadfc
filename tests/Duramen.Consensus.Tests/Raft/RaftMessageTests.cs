using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Raft.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Consensus.Tests.Raft;

/// <summary>Each body comes back as it was written, and is refused when it is cut anywhere.</summary>
public sealed class RaftMessageTests
{
    [Fact]
    public void Vote_requests_come_back()
    {
        var request = new VoteRequest(7, new EntryIndex(9), new Epoch(3), IsPreVote: true, IsTransfer: false);
        byte[] bytes = Write(VoteRequest.SizeBytes, (ref SpanWriter writer) => request.Write(ref writer));
        Assert.True(VoteRequest.TryRead(new SpanReader(bytes), out VoteRequest read));
        Assert.Equal(request, read);
        Assert.All(Cuts(bytes), cut => Assert.False(VoteRequest.TryRead(new SpanReader(cut), out _)));
    }

    [Fact]
    public void Vote_responses_come_back()
    {
        var response = new VoteResponse(7, IsPreVote: false, IsGranted: true);
        byte[] bytes = Write(VoteResponse.SizeBytes, (ref SpanWriter writer) => response.Write(ref writer));
        Assert.True(VoteResponse.TryRead(new SpanReader(bytes), out VoteResponse read));
        Assert.Equal(response, read);
        Assert.All(Cuts(bytes), cut => Assert.False(VoteResponse.TryRead(new SpanReader(cut), out _)));
    }

    [Fact]
    public void Append_responses_come_back()
    {
        var response = new AppendResponse(false, new EntryIndex(8), new EntryIndex(5), new Epoch(2), 77);
        byte[] bytes = Write(AppendResponse.SizeBytes, (ref SpanWriter writer) => response.Write(ref writer));
        Assert.True(AppendResponse.TryRead(new SpanReader(bytes), out AppendResponse read));
        Assert.Equal(response, read);
        Assert.All(Cuts(bytes), cut => Assert.False(AppendResponse.TryRead(new SpanReader(cut), out _)));
    }

    [Fact]
    public void Append_requests_come_back_with_their_entries()
    {
        byte[] bytes = Append(previous: 4, (5, 2), (6, 3));
        Assert.True(AppendRequest.TryRead(new SpanReader(bytes), new Epoch(3), out AppendRequest read));
        Assert.Equal((4, 2, 6), (read.Previous.Value, read.Count, read.Last.Value));
        SpanReader entries = read.Entries;
        Assert.True(EntryCodec.TryRead(ref entries, out EntryView entry));
        Assert.Equal([1, 2, 3], entry.Payload.ToArray());
        Assert.All(Cuts(bytes), cut => Assert.False(AppendRequest.TryRead(new SpanReader(cut), new Epoch(3), out _)));
    }

    [Fact]
    public void Entries_that_do_not_follow_each_other_or_come_from_the_future_are_refused()
    {
        Assert.False(AppendRequest.TryRead(new SpanReader(Append(4, (5, 2), (7, 2))), new Epoch(3), out _));
        Assert.False(AppendRequest.TryRead(new SpanReader(Append(4, (6, 2))), new Epoch(3), out _));
        Assert.False(AppendRequest.TryRead(new SpanReader(Append(4, (5, 3), (6, 2))), new Epoch(3), out _));
        Assert.False(AppendRequest.TryRead(new SpanReader(Append(4, (5, 4))), new Epoch(3), out _));
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

    private static byte[] Append(long previous, params (long Index, long Term)[] entries)
    {
        byte[] payload = [1, 2, 3];
        byte[] bytes = new byte[AppendRequest.FixedSizeBytes + (entries.Length * (EntryCodec.HeaderSizeBytes + payload.Length))];
        var writer = new SpanWriter(bytes);
        AppendRequest.WriteFixed(ref writer, new EntryIndex(previous), new Epoch(2), new EntryIndex(1), 6, entries.Length);
        foreach ((long index, long term) in entries)
        {
            var entry = new EntryView(new EntryHeader(new EntryIndex(index), new Epoch(term), EntryKind.Records, 1), payload);
            EntryCodec.Write(entry, writer.Take(EntryCodec.SizeOf(entry)));
        }

        return bytes;
    }

    private static IEnumerable<byte[]> Cuts(byte[] bytes) => Enumerable.Range(0, bytes.Length).Select(length => bytes[..length]).Append([.. bytes, 0]);
}
