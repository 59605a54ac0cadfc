using Duramen.Consensus.Contract;
using Duramen.Consensus.Raft.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Xunit;
using static Duramen.Consensus.Tests.Messages.MessageBytes;

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
}
