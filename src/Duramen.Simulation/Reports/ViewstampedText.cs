using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Viewstamped.Messages;
using Duramen.Core.Binary;

namespace Duramen.Simulation.Reports;

/// <summary>The messages of Viewstamped Replication in words.</summary>
internal static class ViewstampedText
{
    public static string Of(in MessageEnvelope envelope, SpanReader body)
    {
        string text = (ViewstampedMessage)envelope.Type switch
        {
            ViewstampedMessage.Prepare when ViewPart.TryRead(body, envelope.Epoch, out ViewPart part) => $"prepare {Of(part.Log)}, start {part.Start}",
            ViewstampedMessage.PrepareOk when PrepareOk.TryRead(body, out PrepareOk response) => $"prepare ok up to {response.Last}",
            ViewstampedMessage.StartViewChange when StartViewChange.TryRead(body, out StartViewChange request) =>
                $"start view change to {EraNumber.ToText(request.View)}{(request.IsTransfer ? ", as the primary wishes" : "")}{(request.IsAnswer ? ", too" : "")}",
            ViewstampedMessage.DoViewChange when DoViewChange.TryRead(body, out DoViewChange report) =>
                $"do view change, log of view {EraNumber.ToText(report.LogView)} up to {report.Last}@{EraNumber.ToText(report.LastEpoch)}, commit {report.Committed}",
            ViewstampedMessage.GetState when GetState.TryRead(body, out GetState request) => $"get state after {request.After}@{EraNumber.ToText(request.Epoch)}",
            ViewstampedMessage.NewState when ViewPart.TryRead(body, envelope.Epoch, out ViewPart part) => $"new state {Of(part.Log)}",
            ViewstampedMessage.StartEra when StartEra.TryRead(body, out StartEra note) => $"start era, committed {note.Committed}@{EraNumber.ToText(note.Epoch)}",
            ViewstampedMessage.EraStarted => "era started",
            ViewstampedMessage.TakeOver => "take over",
            _ => $"type {envelope.Type}",
        };
        return $"<- {envelope.From.Node} view {EraNumber.ToText(envelope.Epoch)}: {text}";
    }

    private static string Of(in LogPart part) => $"{part.Count} after {part.Previous}@{EraNumber.ToText(part.PreviousEpoch)}, commit {part.Committed}";
}
