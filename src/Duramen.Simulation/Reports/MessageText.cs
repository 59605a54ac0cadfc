using Duramen.Consensus.Messages;
using Duramen.Consensus.Raft.Messages;
using Duramen.Core.Binary;

namespace Duramen.Simulation.Reports;

/// <summary>Messages in words.</summary>
internal static class MessageText
{
    public static string Of(ReadOnlySpan<byte> message)
    {
        if (!MessageEnvelope.TryOpen(message, out MessageEnvelope envelope, out SpanReader body))
        {
            return "<- a damaged message";
        }

        return envelope.Protocol switch
        {
            MessageProtocol.Paxos => PaxosText.Of(envelope, body),
            MessageProtocol.Viewstamped => ViewstampedText.Of(envelope, body),
            MessageProtocol.Zab => ZabText.Of(envelope, body),
            _ => OfRaft(envelope, body),
        };
    }

    private static string OfRaft(in MessageEnvelope envelope, SpanReader body)
    {
        string text = (RaftMessage)envelope.Type switch
        {
            RaftMessage.VoteRequest when VoteRequest.TryRead(body, out VoteRequest request) =>
                $"{(request.IsPreVote ? "pre-vote?" : "vote?")} for term {request.Term}, last {request.LastIndex}@{request.LastTerm}",
            RaftMessage.VoteResponse when VoteResponse.TryRead(body, out VoteResponse response) =>
                $"{(response.IsPreVote ? "pre-vote" : "vote")} for term {response.Term} {(response.IsGranted ? "granted" : "refused")}",
            RaftMessage.AppendRequest when LogPart.TryRead(body, newest: envelope.Epoch, out LogPart part) =>
                $"append {part.Count} after {part.Previous}@{part.PreviousEpoch}, commit {part.Committed}",
            RaftMessage.AppendResponse when AppendResponse.TryRead(body, out AppendResponse response) =>
                response.IsMatch ? $"matches up to {response.Index}" : $"no match after {response.Previous}, maybe {response.Index}@{response.Term}",
            RaftMessage.TakeOver => "take over",
            _ => $"type {envelope.Type}",
        };
        return $"<- {envelope.From.Node} term {envelope.Epoch}: {text}";
    }
}
