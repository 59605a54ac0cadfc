using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Zab.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Simulation.Reports;

/// <summary>The messages of ZAB in words.</summary>
internal static class ZabText
{
    public static string Of(in MessageEnvelope envelope, SpanReader body)
    {
        string text = (ZabMessage)envelope.Type switch
        {
            ZabMessage.Look when Look.TryRead(body, out Look look) => $"look, {Of(look.End)}{(look.HearsYou ? ", hears you" : "")}",
            ZabMessage.CEpoch => "CEPOCH",
            ZabMessage.NewEpoch when NewEpoch.TryRead(body, out NewEpoch request) => $"NEWEPOCH{(request.IsTransfer ? ", as the leader wishes" : "")}",
            ZabMessage.AckEpoch when HistoryEnd.TryRead(body, out HistoryEnd end) => $"ACK-E, {Of(end)}",
            ZabMessage.Trunc when Trunc.TryRead(body, out Trunc order) => $"TRUNC {Of(order.Wrong)}, keep {Of(order.Keep)}",
            ZabMessage.Diff when LogPart.TryRead(body, EraNumber.LastOfNext(envelope.Epoch), out LogPart part) => $"DIFF {Of(part)}",
            ZabMessage.NewLeader when EntryName.TryRead(body, out EntryName start) => $"NEWLEADER, history up to {Of(start)}",
            ZabMessage.Propose when LogPart.TryRead(body, EraNumber.LastOfNext(envelope.Epoch), out LogPart part) => $"PROPOSE {Of(part)}",
            ZabMessage.Ack when Ack.TryRead(body, out Ack ack) => $"ACK up to {ack.Last}",
            ZabMessage.Resume when HistoryEnd.TryRead(body, out HistoryEnd end) => $"resume behind {Of(new EntryName(end.Last, end.LastEpoch))}",
            ZabMessage.GetHistory when EntryName.TryRead(body, out EntryName after) => $"get history behind {Of(after)}",
            ZabMessage.History when LogPart.TryRead(body, EraNumber.LastOfNext(envelope.Epoch), out LogPart part) => $"history {Of(part)}",
            ZabMessage.StartEra when EntryName.TryRead(body, out EntryName committed) => $"start era, committed {Of(committed)}",
            ZabMessage.EraStarted => "era started",
            ZabMessage.TakeOver => "take over",
            _ => $"type {envelope.Type}",
        };
        return $"<- {envelope.From.Node} epoch {EpochText.Of(envelope.Epoch)}: {text}";
    }

    private static string Of(in EntryName name) => $"{name.Index}@{EpochText.Of(name.Epoch)}";

    private static string Of(in HistoryEnd end) => $"history of epoch {EpochText.Of(end.CurrentEpoch)} up to {Of(new EntryName(end.Last, end.LastEpoch))}";

    private static string Of(in LogPart part) => $"{part.Count} after {Of(new EntryName(part.Previous, part.PreviousEpoch))}, commit {part.Committed}";
}
